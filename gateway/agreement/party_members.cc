#include "gateway/agreement/party_members.h"

#include <algorithm>
#include <vector>

namespace mrg {
namespace {

bool IsRepealed(const AgreementHistory& agreements, const AgreementHistory::PartyKey& key,
                uint32_t revision) {
  const auto repeals = agreements.repeals().find(key);
  if (repeals == agreements.repeals().end()) return false;
  return std::any_of(repeals->second.begin(), repeals->second.end(), [&](const RepealStep& step) {
    return step.revision == 0 || step.revision == revision;
  });
}

// Adds what the agreement says of jurisdictions that `settled` does not hold.
void Add(const gateway::v1::Agreement& agreement, const PartyMembers& settled, PartyMembers* all) {
  for (const auto& root : agreement.counterpart_roots()) {
    for (const std::string& jurisdiction : root.jurisdictions()) {
      if (settled.members.contains(jurisdiction) || settled.contested.contains(jurisdiction)) {
        continue;
      }
      const auto [named, is_first] = all->members.emplace(jurisdiction, root.member());
      if (!is_first && named->second != root.member()) all->contested.insert(jurisdiction);
    }
  }
}

}  // namespace

PartyMembers MembersOfParties(const AgreementHistory& agreements,
                              const std::set<std::string>& own) {
  PartyMembers all;
  for (const bool repealed : {false, true}) {
    const PartyMembers settled = all;
    for (const auto& [key, revisions] : agreements.listings()) {
      if (!own.contains(key.first) || revisions.empty()) continue;
      const auto& [revision, newest] = *revisions.rbegin();
      if (IsRepealed(agreements, key, revision) != repealed) continue;
      Add(newest.agreement->message(), settled, &all);
    }
  }
  for (const std::string& jurisdiction : all.contested) all.members.erase(jurisdiction);
  return all;
}

}  // namespace mrg
