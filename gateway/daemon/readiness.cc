#include "gateway/daemon/readiness.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

std::string NotReady(absl::string_view why) {
  return absl::StrCat(TokenOf(Reason::kNodeNotReady), ": ", why);
}

// Result: why nothing can be committed; empty when it can.
std::string StoreFailure(StoreStanding standing) {
  switch (standing) {
    case StoreStanding::kWorks:
      return "";
    case StoreStanding::kFailed:
      return absl::StrCat(
          TokenOf(Reason::kStoreUnavailable),
          ": a write or read failed; the node begins anew when its data folder can be "
          "written again");
    case StoreStanding::kSyncFailed:
      return absl::StrCat(
          TokenOf(Reason::kStoreUnavailable),
          ": a sync failed, so what the disk holds is not known; check the disk and "
          "restart the node");
    case StoreStanding::kCorrupt:
      return absl::StrCat(TokenOf(Reason::kStoreCorrupt),
                          ": what was read from the data folder is not what was written; check the "
                          "disk, and restore the folder or restart the node");
  }
  return "";
}

}  // namespace

absl::Status CheckLogKeyListed(const ReadinessFacts& facts, absl::Time now) {
  for (const LogKey& key : facts.listed_keys) {
    if (key.origin == facts.log_origin && key.key.spki_der() == facts.log_key->spki_der() &&
        key.from <= now && now < key.until) {
      return absl::OkStatus();
    }
  }
  return MakeError(
      Reason::kLogKeyNotTrusted,
      absl::StrCat("the own log-keys target does not list this key for ", facts.log_origin));
}

std::vector<std::string> NotReadyReasons(const ReadinessFacts& facts, absl::Time now) {
  std::vector<std::string> reasons;
  std::string store = StoreFailure(facts.store);
  if (!store.empty()) reasons.push_back(std::move(store));
  if (facts.commit_hangs) {
    reasons.push_back(absl::StrCat(TokenOf(Reason::kStoreUnavailable),
                                   ": a write has been waiting for the disk for seconds; see "
                                   "whether the disk answers"));
  }
  if (facts.snapshot == nullptr) reasons.push_back(NotReady("no trust list is in force"));
  const absl::Status log_key = CheckLogKeyListed(facts, now);
  if (!log_key.ok()) reasons.push_back(std::string(log_key.message()));
  if (!facts.log_standing.ok()) reasons.push_back(std::string(facts.log_standing.message()));
  if (!facts.clock_doubt.empty()) reasons.push_back(NotReady(facts.clock_doubt));
  if (facts.snapshot == nullptr || facts.jurisdictions.empty()) return reasons;
  if (facts.snapshot->dictionary_target().path.empty()) {
    reasons.push_back(NotReady("the hub's dictionary is not in force here"));
  }
  for (const JurisdictionId& jurisdiction : facts.jurisdictions) {
    if (facts.snapshot->FindJurisdiction(jurisdiction) != nullptr) continue;
    reasons.push_back(NotReady(absl::StrCat("issuers, catalogue and status list of ",
                                            jurisdiction.value(), " are not all in force")));
  }
  return reasons;
}

}  // namespace mrg
