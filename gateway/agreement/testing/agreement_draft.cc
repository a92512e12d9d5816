#include "gateway/agreement/testing/agreement_draft.h"

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/digest.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::string MemberOfParty(const std::string& party) {
  if (party.starts_with('3')) return "yangtze-delta";
  return party.starts_with('5') ? "sichuan-chongqing" : "pearl-river";
}

}  // namespace

gateway::v1::Agreement DraftAgreement(const std::string& id, uint32_t revision,
                                      const std::vector<std::string>& parties, absl::Time from,
                                      absl::Time until) {
  gateway::v1::Agreement agreement;
  agreement.set_id(id);
  agreement.set_revision(revision);
  agreement.set_dictionary_version(1);
  for (const std::string& party : parties) agreement.add_parties(party);
  for (const auto& [scenario, zh, en] :
       {std::tuple{"government-service", "政务服务", "Government service"},
        std::tuple{"traffic-check", "路面执法核验", "Roadside check"}}) {
    auto* added = agreement.add_scenarios();
    added->set_id(scenario);
    added->set_zh(zh);
    added->set_en(en);
  }
  *agreement.mutable_from() = ToTimestamp(from);
  if (until != absl::InfiniteFuture()) *agreement.mutable_until() = ToTimestamp(until);
  AddCounterpartRoots(&agreement);
  return agreement;
}

void AddCounterpartRoots(gateway::v1::Agreement* agreement) {
  std::map<std::string, std::vector<std::string>> published;
  for (const std::string& party : agreement->parties()) {
    published[MemberOfParty(party)].push_back(party);
  }
  for (const auto& [member, parties] : published) {
    auto* const root = agreement->add_counterpart_roots();
    root->set_member(member);
    root->set_sha256(absl::BytesToHexString(Sha256(member)));
    root->mutable_jurisdictions()->Add(parties.begin(), parties.end());
  }
}

std::string WithCounterpartRoots(const std::string& text) {
  gateway::v1::Agreement agreement;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &agreement));
  gateway::v1::Agreement roots;
  *roots.mutable_parties() = agreement.parties();
  AddCounterpartRoots(&roots);
  roots.clear_parties();
  return absl::StrCat(text, "\n", TextOf(roots));
}

gateway::v1::AgreementRule* AddRule(const std::string& issuing, const std::string& using_side,
                                    const std::string& type_code, const std::string& scenario,
                                    gateway::v1::Agreement* agreement) {
  gateway::v1::AgreementRule* rule = agreement->add_rules();
  rule->add_from_jurisdictions(issuing);
  rule->add_to_jurisdictions(using_side);
  rule->set_type_code(type_code);
  rule->set_scenario(scenario);
  return rule;
}

void AddCondition(const std::string& id, gateway::v1::AgreementRule* rule,
                  gateway::v1::Agreement* agreement) {
  auto* condition = agreement->add_conditions();
  condition->set_id(id);
  condition->set_zh(absl::StrCat("条件 ", id));
  condition->set_en(absl::StrCat("condition ", id));
  rule->add_conditions(id);
}

std::string TextOf(const gateway::v1::Agreement& agreement) {
  std::string text;
  EXPECT_TRUE(google::protobuf::TextFormat::PrintToString(agreement, &text));
  return text;
}

AgreementListing ListingOf(const std::string& jurisdiction, const std::string& text) {
  auto agreement = Agreement::Parse(text);
  EXPECT_TRUE(agreement.ok()) << agreement.status();
  const std::string path =
      absl::StrCat(jurisdiction, "/agreements/", (*agreement)->id(), "/", (*agreement)->revision());
  return {jurisdiction, path, Sha256(text), *std::move(agreement)};
}

std::vector<AgreementListing> ListedBy(const std::vector<std::string>& jurisdictions,
                                       const gateway::v1::Agreement& agreement) {
  std::vector<AgreementListing> listings;
  for (const std::string& jurisdiction : jurisdictions) {
    listings.push_back(ListingOf(jurisdiction, TextOf(agreement)));
  }
  return listings;
}

RepealListing RepealBy(const std::string& jurisdiction, const std::string& id, uint32_t revision,
                       absl::Time effective_from) {
  gateway::v1::Repeal repeal;
  repeal.set_agreement_id(id);
  repeal.set_revision(revision);
  *repeal.mutable_effective_from() = ToTimestamp(effective_from);
  return {jurisdiction, repeal};
}

std::vector<AgreementListing> operator+(std::vector<AgreementListing> a,
                                        const std::vector<AgreementListing>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace mrg
