// Bytes as a licence: the first byte is the shipped pack that reads it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/strict_json.h"
#include "gateway/translation/testing/shipped_file.h"
#include "tests/fuzz/property.h"

namespace mrg {
namespace {

using Packs = std::array<std::shared_ptr<const CompiledPack>, 6>;

Packs LoadPacks() {
  Packs packs;
  size_t i = 0;
  for (const char* standard : {"delta-reply", "cq-sample"}) {
    for (const char* type : {kDrivingLicenceType, kIdentityCardType, kBusinessLicenceType}) {
      packs[i++] = ShippedPack(standard, type);
    }
  }
  return packs;
}

void CheckRead(const CompiledPack& pack, const ReadResult& read) {
  std::set<std::string> ids;
  for (const auto& element : read.elements) {
    Require(pack.HasElement(element.id()), "a pack reads the elements that it declares");
    Require(ids.insert(element.id()).second, "an element is read once");
  }
  Require(read.paths.size() == read.elements.size(), "every element has its path");
  const WriteResult written = pack.WriteDocument(read.elements, ids);
  Require(ParseStrictJson(written.document).ok(), "what is written is strict JSON");
  Require(written.reports.size() == ids.size(), "every released element is reported");
  const auto again = pack.ReadDocument(written.document);
  Require(again.ok(), "what is written can be read");
  Require(pack.WriteDocument(read.elements, {}).document.size() <= written.document.size(),
          "what is not released is not written");
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const mrg::Packs& packs = *new mrg::Packs(mrg::LoadPacks());
  if (size == 0) return 0;
  const mrg::CompiledPack& pack = *packs[data[0] % packs.size()];
  const absl::string_view document(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto read = pack.ReadDocument(document);
  if (read.ok()) {
    mrg::Require(mrg::ParseStrictJson(document).ok(), "a document is strict JSON");
    mrg::CheckRead(pack, *read);
  } else {
    mrg::Require(mrg::ReasonOf(read.status()) == mrg::Reason::kDocumentMalformed,
                 "a document is refused as a document");
  }
  return 0;
}
