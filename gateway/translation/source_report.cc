#include "gateway/translation/source_report.h"

#include <cstdint>
#include <string>

namespace mrg {

Reason SourceReason(gateway::v1::PairAccuracy accuracy) {
  return accuracy == gateway::v1::PAIR_ACCURACY_BROADER ? Reason::kSourceBroader
                                                        : Reason::kSourceNarrower;
}

gateway::v1::UndeclaredMembers UndeclaredIn(const ReadResult& read) {
  gateway::v1::UndeclaredMembers members;
  members.set_count(static_cast<uint32_t>(read.undeclared_count));
  for (const std::string& path : read.undeclared) {
    gateway::v1::ElementReport* report = members.add_reports();
    report->set_outcome(gateway::v1::ELEMENT_OUTCOME_UNDECLARED);
    report->set_reason(std::string(TokenOf(Reason::kUndeclaredMember)));
    report->set_path(path);
  }
  return members;
}

}  // namespace mrg
