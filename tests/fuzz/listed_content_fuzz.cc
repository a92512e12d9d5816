// Bytes as the content of a target that another member signed: the first byte is its kind.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "dispute/working_calendar.h"
#include "gateway/agreement/agreement.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/catalogue.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/membership/contact.h"
#include "gateway/membership/federation_list.h"
#include "gateway/recognition/issuer.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gateway/witness/log_keys.h"
#include "tests/fuzz/property.h"

namespace mrg {
namespace {

absl::Status ReadIssuer(absl::string_view bytes) {
  const auto issuer = Issuer::Parse(bytes);
  if (!issuer.ok()) return issuer.status();
  const absl::Time now = absl::FromUnixSeconds(1795478400);
  (*issuer)->RefusalAt(now);
  (*issuer)->RetiredAt();
  Require(!(*issuer)->issuer_code().empty(), "an issuer has a code");
  Require(!(*issuer)->MaySignArea(""), "nobody signs for no area");
  return absl::OkStatus();
}

absl::Status ReadCatalogueEntry(absl::string_view bytes) {
  static const Dictionary& dictionary = *new Dictionary(ShippedDictionary());
  const auto catalogue = Catalogue::FromEntries({std::string(bytes)}, dictionary);
  if (!catalogue.ok()) return catalogue.status();
  Require(catalogue->entries().size() == 1, "an entry is one type");
  const std::string& type = catalogue->entries().begin()->first;
  Require(catalogue->OffersStandard(type, *catalogue->DefaultStandard(type)),
          "the default standard is offered");
  return absl::OkStatus();
}

absl::Status ReadFederation(absl::string_view bytes) {
  const auto list = ParseFederation(bytes);
  if (!list.ok()) return list.status();
  Require(CanonicalBytes(*list) == bytes, "a list of members has one encoding");
  for (const auto& member : list->members()) {
    Require(FindMember(&*list, *MemberId::Parse(member.member())) == &member,
            "a member stands there once");
  }
  return absl::OkStatus();
}

absl::Status ReadAgreement(absl::string_view bytes) {
  const auto agreement = Agreement::Parse(bytes);
  if (!agreement.ok()) return agreement.status();
  Require((*agreement)->from() < (*agreement)->until(), "an agreement ends after it begins");
  Require(!(*agreement)->Covers((*agreement)->until()), "the end of an agreement is outside");
  return absl::OkStatus();
}

absl::Status ReadCalendar(absl::string_view bytes) {
  WorkingCalendar calendar;
  const absl::Status added = calendar.AddText(bytes);
  if (!added.ok()) return added;
  const absl::Time start = absl::FromUnixSeconds(1795478400);
  Require(calendar.EndOfTerm(start, 5).due_at > start, "a term ends after it begins");
  return absl::OkStatus();
}

absl::Status ReadContact(absl::string_view bytes) {
  const auto contact = ParseContact(bytes);
  if (!contact.ok()) return contact.status();
  Require(CanonicalBytes(*contact) == bytes, "a contact has one encoding");
  Require(!contact->endpoints().empty() && !contact->ca_bundle_pem().empty(),
          "a contact says where and behind which CA");
  return absl::OkStatus();
}

absl::Status Read(uint8_t kind, absl::string_view bytes) {
  switch (kind % 9) {
    case 0:
      return ReadIssuer(bytes);
    case 1:
      return ReadCatalogueEntry(bytes);
    case 2:
      return ReadFederation(bytes);
    case 3:
      return ParseLogKeys(bytes).status();
    case 4:
      return ReadAgreement(bytes);
    case 5:
      return ParseRepeal(bytes).status();
    case 6:
      return Dictionary::Parse(bytes).status();
    case 7:
      return ReadCalendar(bytes);
    default:
      return ReadContact(bytes);
  }
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const absl::Status status =
      mrg::Read(data[0], absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  mrg::Require(status.ok() || mrg::ReasonOf(status).has_value(), "a refusal has a reason");
  return 0;
}
