#include "gateway/recognition/released_elements.h"

#include <utility>

#include "gateway/base/reason.h"

namespace mrg {

ReleasedElements ReleaseElements(const gateway::v1::AgreementRule& rule,
                                 const std::vector<std::string>& requested) {
  const std::set<std::string> allowed(rule.allowed_elements().begin(),
                                      rule.allowed_elements().end());
  ReleasedElements released;
  if (requested.empty()) {
    released.ids = allowed;
    return released;
  }
  for (const std::string& id : requested) {
    if (allowed.contains(id)) {
      released.ids.insert(id);
      continue;
    }
    gateway::v1::ElementReport report;
    report.set_element_id(id);
    report.set_outcome(gateway::v1::ELEMENT_OUTCOME_WITHHELD);
    report.set_reason(std::string(TokenOf(Reason::kElementNotAllowed)));
    released.withheld.push_back(std::move(report));
  }
  return released;
}

}  // namespace mrg
