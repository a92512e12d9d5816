#include "gateway/translation/testing/shipped_file.h"

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace mrg {

std::string ShippedFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Dictionary ShippedDictionary() {
  auto dictionary = Dictionary::Parse(ShippedFile("deploy/packs/canonical/1.textproto"));
  EXPECT_TRUE(dictionary.ok()) << dictionary.status();
  return *dictionary;
}

std::shared_ptr<const CompiledPack> ShippedPack(const std::string& standard,
                                                const std::string& type_code) {
  auto pack = CompiledPack::Compile(
      ShippedFile("deploy/packs/" + standard + "/" + type_code + ".textproto"),
      ShippedDictionary());
  EXPECT_TRUE(pack.ok()) << standard << " " << type_code << ": " << pack.status();
  return *pack;
}

}  // namespace mrg
