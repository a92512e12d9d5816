#include "gateway/agreement/agreement_standing.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace mrg {
namespace {

const SharedAgreement* FindShared(const AgreementHistory& history, const std::string& a,
                                  const std::string& b, const std::string& id) {
  const std::vector<SharedAgreement>* shared = history.Between(a, b);
  if (shared == nullptr) return nullptr;
  const auto found = std::find_if(shared->begin(), shared->end(),
                                  [&](const SharedAgreement& one) { return one.id == id; });
  return found == shared->end() ? nullptr : &*found;
}

AgreementState StateAt(const SharedAgreement& shared, size_t index, absl::Time t) {
  const SharedRevision& revision = shared.revisions[index];
  if (!revision.same_text) return AgreementState::kDiffers;
  if (revision.repealed_at <= t) return AgreementState::kRepealed;
  if (revision.term.until <= t) return AgreementState::kOver;
  if (t < revision.term.from) return AgreementState::kEnacted;
  return shared.InForceAt(t) == &revision ? AgreementState::kInForce : AgreementState::kReplaced;
}

AgreementStanding StandingBetween(const AgreementHistory& history, const AgreementText& text,
                                  const std::string& lister, const std::string& other,
                                  absl::Time t) {
  AgreementStanding standing;
  standing.first_jurisdiction = lister;
  standing.second_jurisdiction = other;
  const SharedAgreement* shared = FindShared(history, lister, other, text.agreement->id());
  if (shared == nullptr) return standing;
  for (size_t i = 0; i < shared->revisions.size(); ++i) {
    if (shared->revisions[i].first->agreement->revision() != text.agreement->revision()) continue;
    standing.state = StateAt(*shared, i, t);
    standing.in_force = shared->InForceTerms(i);
  }
  return standing;
}

}  // namespace

std::vector<AgreementText> TextsOf(const AgreementHistory& history) {
  std::map<std::tuple<std::string, uint32_t, std::string>, AgreementText> texts;
  for (const auto& [key, revisions] : history.listings()) {
    for (const auto& [revision, listing] : revisions) {
      AgreementText& text = texts[{listing.agreement->id(), revision, listing.sha256}];
      text.agreement = listing.agreement;
      text.sha256 = listing.sha256;
      text.listed_by.push_back(listing.jurisdiction);  // the listings are by jurisdiction
    }
  }
  std::vector<AgreementText> sorted;
  for (auto& [key, text] : texts) sorted.push_back(std::move(text));
  return sorted;
}

std::vector<AgreementStanding> StandingsOf(const AgreementHistory& history,
                                           const AgreementText& text, absl::Time t) {
  const auto& names = text.agreement->message().parties();
  const std::set<std::string> parties(names.begin(), names.end());
  const std::set<std::string> listers(text.listed_by.begin(), text.listed_by.end());
  std::vector<AgreementStanding> standings;
  for (auto a = parties.begin(); a != parties.end(); ++a) {
    for (auto b = std::next(a); b != parties.end(); ++b) {
      if (listers.count(*a) == 0 && listers.count(*b) == 0) continue;
      const bool lower_lists = listers.count(*a) != 0;
      standings.push_back(lower_lists ? StandingBetween(history, text, *a, *b, t)
                                      : StandingBetween(history, text, *b, *a, t));
    }
  }
  return standings;
}

}  // namespace mrg
