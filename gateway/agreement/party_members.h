#ifndef MRG_GATEWAY_AGREEMENT_PARTY_MEMBERS_H_
#define MRG_GATEWAY_AGREEMENT_PARTY_MEMBERS_H_

// Which member publishes for which jurisdiction, by the agreements that the own side lists
// (docs/threats.md T07): whom the hub's list names instead publishes for nobody here.
//
// Thread-safe: a pure function.

#include <map>
#include <set>
#include <string>

#include "gateway/agreement/agreement_history.h"

namespace mrg {

struct PartyMembers {
  std::map<std::string, std::string> members;  // jurisdiction -> member id
  std::set<std::string> contested;             // named with two members, so that none counts
};

// Takes the newest revision of each agreement that one of `own` lists. Agreements whose newest
// revision `own` has repealed, from whenever, count for jurisdictions that no other one names.
PartyMembers MembersOfParties(const AgreementHistory& agreements, const std::set<std::string>& own);

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_PARTY_MEMBERS_H_
