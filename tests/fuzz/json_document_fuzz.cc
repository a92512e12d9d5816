// Any bytes as a JSON document: what is taken has one canonical form.

#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/property.h"
#include "trustlist/format/canonical_json.h"
#include "trustlist/format/json_document.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto document = mrg::ParseJsonDocument(bytes);
  if (!document.ok()) return 0;
  mrg::Require(bytes.find('\0') == absl::string_view::npos, "no NUL in a document");
  mrg::Require(!mrg::ParseJsonDocument(std::string(bytes) + std::string("\0{}", 3)).ok(),
               "nothing follows a document");
  const std::string canonical = mrg::CanonicalJson(*document);
  for (const char c : canonical) {
    // Raw control characters are signed so, but are no JSON any more.
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) return 0;
  }
  const auto again = mrg::ParseJsonDocument(canonical);
  mrg::Require(again.ok() && mrg::CanonicalJson(*again) == canonical,
               "the canonical form is its own");
  return 0;
}
