// Bytes as a signed note. The key is that of gateway/docs/formats/log.md, which signed one note.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/crypto/public_key.h"
#include "tests/fuzz/example_log.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const mrg::PublicKey& key = *new mrg::PublicKey(mrg::ExampleLogPublicKey());
  const absl::string_view note(reinterpret_cast<const char*>(data), size);
  const auto body = mrg::ParseCheckpointBody(note);
  mrg::Require(!body.ok() || body->root.size() == 32, "a root is a digest");
  const auto checkpoint = mrg::ParseSignedCheckpoint(note, mrg::kExampleLogOrigin, key);
  if (!checkpoint.ok()) return 0;
  mrg::Require(body.ok() && body->root == checkpoint->root && body->size == checkpoint->size,
               "a note says the same with and without its signature");
  mrg::Require(checkpoint->size == 3, "only what the key signed verifies");
  mrg::Require(
      !mrg::ParseSignedCheckpoint(std::string(note) + "\n", mrg::kExampleLogOrigin, key).ok(),
      "nothing follows a note");
  return 0;
}
