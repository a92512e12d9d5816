#ifndef MRG_GATEWAY_AGREEMENT_TESTING_AGREEMENT_DRAFT_H_
#define MRG_GATEWAY_AGREEMENT_TESTING_AGREEMENT_DRAFT_H_

// Agreements made up by tests, their texts, and who lists and repeals them.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_history.h"
#include "mrg/gateway/v1/agreement.pb.h"

namespace mrg {

// Result: an agreement without rules that names the scenarios government-service and traffic-check.
gateway::v1::Agreement DraftAgreement(const std::string& id, uint32_t revision,
                                      const std::vector<std::string>& parties, absl::Time from,
                                      absl::Time until = absl::InfiniteFuture());

// Adds who publishes for the parties: the members of the sample federation, with digests of no
// root.
void AddCounterpartRoots(gateway::v1::Agreement* agreement);
// Result: the text with those of the parties that it names. REQUIRES: it names none of its own.
std::string WithCounterpartRoots(const std::string& text);

// Adds a rule for one direction. Result: the rule, for further edits.
gateway::v1::AgreementRule* AddRule(const std::string& issuing, const std::string& using_side,
                                    const std::string& type_code, const std::string& scenario,
                                    gateway::v1::Agreement* agreement);

// Adds a condition of that id to the agreement and to the rule.
void AddCondition(const std::string& id, gateway::v1::AgreementRule* rule,
                  gateway::v1::Agreement* agreement);

// Result: the textproto.
std::string TextOf(const gateway::v1::Agreement& agreement);

// Result: the text as the jurisdiction lists it. Fails the test when it is no valid agreement.
AgreementListing ListingOf(const std::string& jurisdiction, const std::string& text);

// Result: a listing of the text by each of the jurisdictions.
std::vector<AgreementListing> ListedBy(const std::vector<std::string>& jurisdictions,
                                       const gateway::v1::Agreement& agreement);

// Result: a repeal of one revision, or of all with 0.
RepealListing RepealBy(const std::string& jurisdiction, const std::string& id, uint32_t revision,
                       absl::Time effective_from);

// Result: the lists one after the other.
std::vector<AgreementListing> operator+(std::vector<AgreementListing> a,
                                        const std::vector<AgreementListing>& b);

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_TESTING_AGREEMENT_DRAFT_H_
