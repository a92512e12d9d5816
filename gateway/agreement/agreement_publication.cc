#include "gateway/agreement/agreement_publication.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/agreement/agreement_faults.h"
#include "gateway/agreement/party_members.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::Status CheckListingsStay(const AgreementHistory& before, const AgreementHistory& after,
                               const std::set<std::string>& own) {
  for (const auto& [key, revisions] : before.listings()) {
    if (own.count(key.first) == 0) continue;
    const auto kept = after.listings().find(key);
    for (const auto& [revision, listing] : revisions) {
      const bool same = kept != after.listings().end() && kept->second.count(revision) != 0 &&
                        kept->second.at(revision).sha256 == listing.sha256;
      if (!same) {
        return MakeFieldError(Reason::kAgreementRewritten, listing.path,
                              "expected the text that is published; a change is a new revision, "
                              "an end is a repeal");
      }
    }
  }
  return absl::OkStatus();
}

using Steps = std::set<std::pair<uint32_t, absl::Time>>;

// The repeals of the agreement by the party, to be looked up.
Steps StepsOf(const AgreementHistory& history, const AgreementHistory::PartyKey& key) {
  Steps steps;
  const auto found = history.repeals().find(key);
  if (found == history.repeals().end()) return steps;
  for (const RepealStep& step : found->second) steps.emplace(step.revision, step.effective_from);
  return steps;
}

absl::Status CheckRepeals(const AgreementHistory& before, const AgreementHistory& after,
                          const std::set<std::string>& own, absl::Time now) {
  for (const auto& [key, steps] : before.repeals()) {
    if (own.count(key.first) == 0) continue;
    const Steps kept = StepsOf(after, key);
    for (const RepealStep& step : steps) {
      if (kept.contains({step.revision, step.effective_from})) continue;
      return MakeFieldError(Reason::kAgreementRewritten,
                            absl::StrCat(key.first, "/repeals/", key.second),
                            "expected the repeals that are published; a later one is added");
    }
  }
  for (const auto& [key, steps] : after.repeals()) {
    // What was never listed here was never in force here, so that no decision loses its ground.
    if (own.count(key.first) == 0 || before.listings().count(key) == 0) continue;
    const Steps known = StepsOf(before, key);
    for (const RepealStep& step : steps) {
      if (step.effective_from >= now) continue;
      if (known.contains({step.revision, step.effective_from})) continue;
      return MakeFieldError(Reason::kAgreementInvalid,
                            absl::StrCat(key.first, "/repeals/", key.second),
                            "expected effective_from not before the publication");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPartyMembers(const AgreementHistory& before, const AgreementHistory& after,
                               const std::set<std::string>& own) {
  const std::set<std::string> known = MembersOfParties(before, own).contested;
  for (const std::string& jurisdiction : MembersOfParties(after, own).contested) {
    if (known.contains(jurisdiction)) continue;
    return MakeFieldError(Reason::kAgreementInvalid, "counterpart_roots",
                          absl::StrCat("expected one member that publishes for ", jurisdiction,
                                       " in all agreements that are listed"));
  }
  return absl::OkStatus();
}

absl::Status CheckConflicts(const AgreementHistory& before, const AgreementHistory& after,
                            const std::set<std::string>& own, absl::Time now) {
  std::set<AgreementConflict::Key> known;
  for (const AgreementConflict& conflict : ConflictsFrom(before, own, now)) {
    known.insert(conflict.key());
  }
  for (const AgreementConflict& conflict : ConflictsFrom(after, own, now)) {
    if (known.contains(conflict.key())) continue;
    return MakeError(
        Reason::kAgreementConflict,
        absl::StrCat(conflict.first_agreement, " and ", conflict.second_agreement,
                     " would both be in force for licences of type ", conflict.type_code, " of ",
                     conflict.issuing, " in ", conflict.using_side, " from ",
                     absl::FormatTime(absl::RFC3339_sec, conflict.from, absl::UTCTimeZone())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckAgreementPublication(const AgreementHistory& before,
                                       const AgreementHistory& after,
                                       const std::set<std::string>& own, absl::Time now) {
  MRG_RETURN_IF_ERROR(CheckListingsStay(before, after, own));
  MRG_RETURN_IF_ERROR(CheckRepeals(before, after, own, now));
  MRG_RETURN_IF_ERROR(CheckPartyMembers(before, after, own));
  return CheckConflicts(before, after, own, now);
}

absl::Status CheckAgreementsFollowed(const AgreementHistory& before, const AgreementHistory& after,
                                     const std::set<std::string>& of,
                                     std::optional<absl::Time> known_at) {
  MRG_RETURN_IF_ERROR(CheckListingsStay(before, after, of));
  return CheckRepeals(before, after, of, known_at.value_or(absl::InfinitePast()));
}

}  // namespace mrg
