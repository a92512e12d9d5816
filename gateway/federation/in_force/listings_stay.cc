#include "gateway/federation/in_force/listings_stay.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "gateway/agreement/agreement_publication.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/recognition/issuers_kept.h"
#include "trustlist/store/blob_store.h"

namespace mrg {
namespace {

bool IsIssuers(TargetKind kind) { return kind == TargetKind::kIssuers; }

bool IsOfAgreements(TargetKind kind) {
  return kind == TargetKind::kAgreement || kind == TargetKind::kRepeal;
}

// Whether `role` lists nothing because its delegation does not hold, which says nothing about what
// its signers would list.
bool IsLeftOut(const InForceSet& set, absl::string_view role) {
  return std::any_of(set.left_out.begin(), set.left_out.end(), [role](const LeftOutRole& one) {
    return one.role == role || one.through == role;
  });
}

// Whether what `publisher` lists of the jurisdiction counts. REQUIRES: of a parsed path.
bool AnswersFor(const MemberId& publisher, absl::string_view jurisdiction,
                const RecognitionSnapshot& view) {
  const auto& members = view.known_jurisdictions();
  const auto answers = members.find(*JurisdictionId::Parse(jurisdiction));
  return answers != members.end() && answers->second == publisher;
}

// Whether `after` may be without the target for now. REQUIRES: of a parsed path.
bool IsExcused(const InForceSet& after, const InForceTarget& known,
               const RecognitionSnapshot& view) {
  return IsLeftOut(after, known.role) ||
         !AnswersFor(after.publisher, ParseTargetPath(known.path)->jurisdiction, view);
}

// Result: the targets of the kinds that `set` lists or withholds, by path.
std::vector<InForceTarget> KnownTargets(const InForceSet& set, bool (*is_of)(TargetKind)) {
  std::vector<InForceTarget> known;
  for (const auto* targets : {&set.targets, &set.withheld}) {
    for (const InForceTarget& target : *targets) {
      const auto name = ParseTargetPath(target.path);
      if (name.ok() && is_of(name->kind)) known.push_back(target);
    }
  }
  std::sort(known.begin(), known.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return known;
}

bool SameContent(const std::vector<InForceTarget>& a, const std::vector<InForceTarget>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.path == other.path && one.sha256 == other.sha256;
  });
}

// `listed`: content of which unchanged parts are shared.
absl::StatusOr<AgreementHistory> HistoryOf(const MemberId& publisher,
                                           std::vector<InForceTarget> targets,
                                           const ListedContent& listed, const BlobReader& blobs) {
  MRG_ASSIGN_OR_RETURN(
      const ListedContent content,
      ReadListedContent(InForceSet{publisher, {}, std::move(targets)}, blobs, &listed));
  std::vector<AgreementListing> agreements;
  std::vector<RepealListing> repeals;
  for (const auto& [jurisdiction, province] : content.provinces) {
    agreements.insert(agreements.end(), province.agreements.begin(), province.agreements.end());
    repeals.insert(repeals.end(), province.repeals.begin(), province.repeals.end());
  }
  return AgreementHistory::Build(std::move(agreements), repeals);
}

}  // namespace

std::vector<InForceTarget> WithheldBy(const InForceSet& before, const InForceSet& after,
                                      const RecognitionSnapshot& view) {
  std::vector<InForceTarget> withheld =
      KnownTargets(before, [](TargetKind kind) { return IsIssuers(kind) || IsOfAgreements(kind); });
  std::erase_if(withheld, [&](const InForceTarget& known) {
    return after.FindTarget(known.path) != nullptr || !IsExcused(after, known, view);
  });
  return withheld;
}

absl::Status CheckHubListingsStay(const InForceSet& before, const InForceSet& after) {
  const auto is_dictionary = [](TargetKind kind) { return kind == TargetKind::kDictionary; };
  for (const InForceTarget& known : KnownTargets(before, is_dictionary)) {
    const InForceTarget* const next = after.FindTarget(known.path);
    if (next != nullptr && next->sha256 == known.sha256) continue;
    return AtTarget(after.publisher, known.path,
                    MakeError(Reason::kDictionaryInvalid,
                              "expected the text that is in force; a change is a new version"));
  }
  const auto is_calendar = [](TargetKind kind) { return kind == TargetKind::kCalendar; };
  for (const InForceTarget& known : KnownTargets(before, is_calendar)) {
    if (after.FindTarget(known.path) != nullptr) continue;
    return AtTarget(after.publisher, known.path,
                    MakeError(Reason::kMetadataMalformed,
                              "expected the year to stay listed; its days may be corrected"));
  }
  return absl::OkStatus();
}

absl::Status CheckIssuersStay(const InForceSet& before, const InForceSet& after,
                              const RecognitionSnapshot& view, const BlobReader& blobs) {
  const BlobNodes nodes(&blobs);
  for (const InForceTarget& known : KnownTargets(before, &IsIssuers)) {
    const InForceTarget* const next = after.FindTarget(known.path);
    absl::Status status;
    if (next != nullptr) {
      if (next->sha256 != known.sha256) {
        status = CheckIssuersKept(known.sha256, next->sha256, nodes);
      }
    } else if (!IsExcused(after, known, view)) {
      status = IssuersNoLongerListed();
    }
    if (!status.ok()) return AtTarget(after.publisher, known.path, status);
  }
  return absl::OkStatus();
}

absl::Status CheckAgreementsStay(const InForceSet& before, const InForceSet& after,
                                 const RecognitionSnapshot& view, const ListedContent& listed,
                                 const BlobReader& blobs, std::optional<absl::Time> known_at) {
  const std::vector<InForceTarget> known = KnownTargets(before, &IsOfAgreements);
  // What is withheld stands on both sides: it is neither taken back yet nor new.
  InForceSet whole = after;
  whole.withheld = WithheldBy(before, after, view);
  std::vector<InForceTarget> now_known = KnownTargets(whole, &IsOfAgreements);
  if (SameContent(known, now_known)) return absl::OkStatus();
  std::set<std::string> of;
  for (const InForceTarget& target : known) {
    of.insert(std::string(ParseTargetPath(target.path)->jurisdiction));
  }
  MRG_ASSIGN_OR_RETURN(const AgreementHistory was,
                       HistoryOf(after.publisher, known, listed, blobs));
  MRG_ASSIGN_OR_RETURN(const AgreementHistory is,
                       HistoryOf(after.publisher, std::move(now_known), listed, blobs));
  return CheckAgreementsFollowed(was, is, of, known_at);
}

}  // namespace mrg
