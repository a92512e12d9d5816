#ifndef MRG_GATEWAY_DAEMON_START_OPTIONS_H_
#define MRG_GATEWAY_DAEMON_START_OPTIONS_H_

// What a node is told when it is started, beside its configuration.

#include <optional>
#include <string>

namespace mrg {

// What holds for one start only.
struct StartOptions {
  // Decide although no peer has said what it keeps of the decision log, and in spite of what this
  // start or an earlier one found to contradict it. Audited by an event; what is found later
  // counts.
  bool accept_unwitnessed = false;
  // The newest checkpoint, empty of an empty log, that a node before this one in the same process
  // had while its log was in order: a log that continues it needs no peer's word.
  std::optional<std::string> log_head;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_START_OPTIONS_H_
