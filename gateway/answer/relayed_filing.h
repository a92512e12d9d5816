#ifndef MRG_GATEWAY_ANSWER_RELAYED_FILING_H_
#define MRG_GATEWAY_ANSWER_RELAYED_FILING_H_

// What FileDispute checks (dispute_filing.h), asked of disputes that other members filed, as far
// as it can be asked without the document: the receipt is of the filing member's log, the dispute
// is about the licence type and the jurisdictions of the receipt, they are those of the members,
// and the agreement says who owns it. That the tag is the licence's is the filing member's word,
// which its receipt binds it to: the document never leaves its node (docs/LIFE_OF_A_DISPUTE.md,
// step 3).

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dispute/filing_rules.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/member_domains.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/witness/log_key_book.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// Thread-safe.
class RelayedFiling : public FilingRules {
 public:
  // What it works with; all must outlive it.
  struct Parts {
    MemberId hub;
    const SnapshotHolder* snapshots;
    const LogKeyBook* log_keys;
    const EpochKeyring* epoch_keys;
    const MemberDomains* domains;
  };

  explicit RelayedFiling(Parts parts) : parts_(std::move(parts)) {}

  absl::StatusOr<std::vector<Destination>> DestinationsOf(const DisputeHistory& history,
                                                          absl::Time now) const override;
  std::optional<MemberId> MemberOfDomain(absl::string_view trust_domain) const override {
    return parts_.domains->Find(trust_domain);
  }

 private:
  absl::Status CheckLicence(const dispute::v1::DisputeFiled& filed,
                            const audit::v1::DecisionRecord& record,
                            const JurisdictionId& issuing) const;

  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_RELAYED_FILING_H_
