#ifndef MRG_GATEWAY_CLI_DOCTOR_FINDING_H_
#define MRG_GATEWAY_CLI_DOCTOR_FINDING_H_

// What `mrgctl doctor` found of one thing.
//
// Thread-safe: plain values.

#include <string>
#include <vector>

namespace mrg {

enum class Health {
  kSound,
  kSoon,   // will become a fault, or limits the node
  kFault,  // keeps the node from its work
};

struct Finding {
  Health health = Health::kSound;
  std::string what;    // the thing, in one or two words
  std::string found;   // one sentence without a full stop
  std::string remedy;  // what to do; empty when sound
};

using Findings = std::vector<Finding>;

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DOCTOR_FINDING_H_
