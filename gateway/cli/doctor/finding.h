#ifndef MRG_GATEWAY_CLI_DOCTOR_FINDING_H_
#define MRG_GATEWAY_CLI_DOCTOR_FINDING_H_

// What `mrgctl doctor` found of one thing.
//
// Thread-safe: plain values.

#include <vector>

#include "gateway/cli/doctor/phrase.h"

namespace mrg {

enum class Health {
  kSound,
  kSoon,   // will become a fault, or limits the node
  kFault,  // keeps the node from its work
};

struct Finding {
  Health health = Health::kSound;
  Phrase what;    // the thing, in one or two words
  Phrase found;   // one sentence without a full stop
  Phrase remedy;  // what to do; empty when sound
};

using Findings = std::vector<Finding>;

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DOCTOR_FINDING_H_
