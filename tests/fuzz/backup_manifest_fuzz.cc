// Any bytes as the manifest of a backup: what is taken names files of the folder alone, each once,
// and is written again as it was read.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gateway/cli/backup/manifest.h"
#include "tests/fuzz/property.h"

namespace {

void RequireBelow(const std::string& name) {
  mrg::Require(!name.empty() && name[0] != '/', "no absolute name");
  mrg::Require(!absl::StrContains("/" + name + "/", "/../"), "no name above the folder");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto manifest = mrg::ParseManifest(bytes);
  if (!manifest.ok()) return 0;
  RequireBelow(manifest->config);
  RequireBelow(manifest->data_dir);
  for (size_t i = 0; i < manifest->files.size(); ++i) {
    RequireBelow(manifest->files[i].name);
    mrg::Require(i == 0 || manifest->files[i - 1].name < manifest->files[i].name, "names rise");
  }
  const auto again = mrg::ParseManifest(mrg::ManifestText(*manifest));
  mrg::Require(again.ok() && *again == *manifest, "what is read is written");
  return 0;
}
