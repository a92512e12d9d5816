#include "gateway/recognition/issuer_list.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/hash/hash.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/entry_scan.h"

namespace mrg {
namespace {

uint32_t TagOf(absl::string_view spki_sha256) {
  uint32_t tag = 0;
  std::memcpy(&tag, spki_sha256.data(), sizeof(tag));
  return tag;
}

// Good in this process only, as the list is.
uint32_t TagOfCode(absl::string_view issuer_code) {
  return static_cast<uint32_t>(absl::HashOf(issuer_code));
}

// What an entry is found and named by.
struct Names {
  std::string id;
  std::string spki_sha256;
  uint32_t code_tag;
};

absl::StatusOr<Names> NamesOf(absl::string_view value) {
  if (const auto scanned = ScanIssuerEntry(value)) {
    std::string spki_sha256 = Sha256(scanned->public_key);
    std::string id = IssuerId(scanned->issuer_code, spki_sha256);
    return Names{std::move(id), std::move(spki_sha256), TagOfCode(scanned->issuer_code)};
  }
  MRG_ASSIGN_OR_RETURN(const auto issuer, Issuer::Parse(value));
  return Names{IssuerId(issuer->issuer_code(), issuer->spki_sha256()), issuer->spki_sha256(),
               TagOfCode(issuer->issuer_code())};
}

}  // namespace

IssuerList::IssuerList(TreeImage entries, TreePlaces by_key, TreePlaces by_code,
                       std::shared_ptr<DecodedIssuers> decoded)
    : entries_(std::move(entries)),
      by_key_(std::move(by_key)),
      by_code_(std::move(by_code)),
      decoded_(std::move(decoded)) {}

absl::StatusOr<IssuerList> IssuerList::Load(absl::string_view root_sha256, const NodeSource& nodes,
                                            const IssuerList* earlier) {
  std::vector<TreePlace> added, added_codes;
  std::vector<TreePlace> removed, removed_codes;
  TreeImage::Reader reader;
  reader.take = [&](const TreeNodeEntry& entry) -> absl::StatusOr<uint32_t> {
    MRG_ASSIGN_OR_RETURN(const Names names, NamesOf(entry.value));
    // An entry under another id could not be proved present, and could stand twice.
    if (entry.id != names.id) {
      return MakeError(Reason::kIssuerListInvalid, "expected each entry under its own id");
    }
    const uint32_t tag = TagOf(names.spki_sha256);
    added.emplace_back(tag, entry.key);
    added_codes.emplace_back(names.code_tag, entry.key);
    return tag;
  };
  reader.dropped = [&](uint32_t tag, absl::string_view value) {
    // It was taken once, so it can be named.
    const Names names = *NamesOf(value);
    const std::string key = Sha256(names.id);
    removed.emplace_back(tag, key);
    removed_codes.emplace_back(names.code_tag, key);
  };
  MRG_ASSIGN_OR_RETURN(TreeImage entries,
                       TreeImage::Load(root_sha256, nodes, reader,
                                       earlier == nullptr ? nullptr : &earlier->entries_));
  const TreePlaces none;
  TreePlaces by_key =
      (earlier == nullptr ? none : earlier->by_key_).With(std::move(removed), std::move(added));
  TreePlaces by_code = (earlier == nullptr ? none : earlier->by_code_)
                           .With(std::move(removed_codes), std::move(added_codes));
  return IssuerList(std::move(entries), std::move(by_key), std::move(by_code),
                    earlier == nullptr ? std::make_shared<DecodedIssuers>() : earlier->decoded_);
}

std::vector<std::shared_ptr<const Issuer>> IssuerList::FindByKey(
    absl::string_view spki_sha256) const {
  std::vector<std::shared_ptr<const Issuer>> found;
  if (spki_sha256.size() != kDigestBytes) return found;
  const uint32_t tag = TagOf(spki_sha256);
  const auto add = [&](absl::string_view value) {
    auto issuer = decoded_->Get(value);
    if (issuer == nullptr || issuer->spki_sha256() != spki_sha256) return;
    // Two places in one leaf lead to the same entries.
    const bool again = std::any_of(found.begin(), found.end(), [&issuer](const auto& one) {
      return one->entry_sha256() == issuer->entry_sha256();
    });
    if (!again) found.push_back(std::move(issuer));
  };
  by_key_.ForEach(tag,
                  [&](absl::string_view key_prefix) { entries_.ForEachAt(key_prefix, tag, add); });
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a->issuer_code() < b->issuer_code(); });
  return found;
}

AuthorityListing IssuerList::ListingOf(absl::string_view issuer_code, absl::string_view type_code,
                                       absl::Time now) const {
  AuthorityListing listing = AuthorityListing::kUnlisted;
  const auto look = [&](absl::string_view value) {
    if (listing == AuthorityListing::kForType || IssuerCodeIn(value) != issuer_code) return;
    const auto issuer = decoded_->Get(value);
    if (issuer == nullptr || !issuer->IsListedAt(now)) return;
    listing =
        issuer->MaySignType(type_code) ? AuthorityListing::kForType : AuthorityListing::kNotForType;
  };
  by_code_.ForEach(TagOfCode(issuer_code), [&](absl::string_view key_prefix) {
    entries_.ForEachAt(key_prefix, std::nullopt, look);
  });
  return listing;
}

}  // namespace mrg
