#include "gateway/crypto/testing/test_certificates.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {

TestCertificates::TestCertificates() {
  folder_ = absl::StrCat(testing::TempDir(), "/certificates.XXXXXX");
  EXPECT_NE(mkdtemp(folder_.data()), nullptr) << folder_;
}

TestCertificates::~TestCertificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TestCertificates::Pair TestCertificates::Ca(absl::string_view trust_domain,
                                            absl::string_view member) {
  return Make(trust_domain, member, "ca", "ca", "", "");
}

TestCertificates::Pair TestCertificates::Leaf(absl::string_view trust_domain,
                                              absl::string_view name, absl::string_view spiffe_path,
                                              absl::string_view flags, absl::string_view member) {
  return Make(trust_domain, member, "leaf", name, spiffe_path, flags);
}

std::string TestCertificates::Revocations(absl::string_view trust_domain,
                                          absl::string_view leaf_names, absl::string_view flags,
                                          absl::string_view member) {
  const std::string out = absl::StrCat(folder_, "/", member, "-", trust_domain);
  const std::string command = absl::StrCat("deploy/make-certificates ", out, " ", trust_domain,
                                           " crl revoked '", leaf_names, "' ", flags);
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  return ReadTestFile(absl::StrCat(out, "/revoked.crl"));
}

TestCertificates::Pair TestCertificates::Make(absl::string_view trust_domain,
                                              absl::string_view member, absl::string_view kind,
                                              absl::string_view name, absl::string_view spiffe_path,
                                              absl::string_view flags) {
  const std::string out = absl::StrCat(folder_, "/", member, "-", trust_domain);
  const std::string command = absl::StrCat("deploy/make-certificates ", out, " ", trust_domain, " ",
                                           kind, " ", name, " '", spiffe_path, "' ", flags);
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  Pair pair;
  pair.certificate_path = absl::StrCat(out, "/", name, ".pem");
  pair.key_path = absl::StrCat(out, "/", name, ".key");
  pair.certificate_pem = ReadTestFile(pair.certificate_path);
  pair.key_pem = ReadTestFile(pair.key_path);
  return pair;
}

std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

void WriteTestFile(const std::string& path, absl::string_view bytes, int mode) {
  {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << bytes;
    file.flush();
    EXPECT_TRUE(file.good()) << path;
  }
  EXPECT_EQ(chmod(path.c_str(), static_cast<mode_t>(mode)), 0) << path;
}

}  // namespace mrg
