#include "gateway/recognition/testing/licence_question.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/proto_time.h"
#include "gateway/credential_form/presentation.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::map<std::string, SampleLicence> ReadSamples() {
  std::map<std::string, SampleLicence> samples = {
      {"31-identity-card",
       {"31", kIdentityCardType, "31010119000101002X", "样例甲", "31010119000101002X", ""}},
      {"32-driving-licence",
       {"32", kDrivingLicenceType, "320101190001010013", "样例乙", "320101190001010013", ""}},
      {"32-business-licence",
       {"32", kBusinessLicenceType, "91320000XX0000027W", "样例甲有限公司", "91320000XX0000027W",
        ""}},
      {"50-identity-card",
       {"50", kIdentityCardType, "50010319000101001X", "样例丁", "50010319000101001X", ""}},
      {"50-driving-licence",
       {"50", kDrivingLicenceType, "50010319000101001X", "样例丁", "50010319000101001X", ""}},
      {"51-business-licence",
       {"51", kBusinessLicenceType, "91510000XX00000351", "样例乙（成都）有限公司",
        "91510000XX00000351", ""}}};
  for (auto& [name, sample] : samples) {
    const std::string region =
        StandardOf(sample.jurisdiction) == "delta-reply" ? kDeltaMember : kSichuanMember;
    sample.document =
        ShippedFile(absl::StrCat("deploy/regions/", region, "/samples/", name, ".json"));
  }
  return samples;
}

Scheme SchemeOf(gateway::v1::SignatureAlgorithm algorithm) {
  return algorithm == gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3 ? Scheme::kSm2Sm3
                                                               : Scheme::kEcdsaP256Sha256;
}

}  // namespace

const SampleLicence& Sample(const std::string& name) {
  static const auto* const samples = new std::map<std::string, SampleLicence>(ReadSamples());
  return samples->at(name);
}

void LicenceQuestion::Sign(const std::string& document) {
  Sign(document, IssuerKey(request.issuing_jurisdiction.value(), SchemeOf(detached().algorithm())));
}

void LicenceQuestion::Sign(const std::string& document, const Signer& signer) {
  presentation = Present(document, signer);
}

void LicenceQuestion::EditDocument(absl::string_view from, absl::string_view to) {
  std::string document = detached().document();
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &document), 0) << from << " is not in the document";
  Sign(document);
}

LicenceQuestion AskAbout(const SampleLicence& sample, const std::string& using_jurisdiction,
                         Scheme scheme) {
  return {{*SpiffeId::Parse(absl::StrCat("spiffe://region.example/jurisdiction/",
                                         using_jurisdiction, "/platform/sample")),
           "yangtze-delta/log-1",
           *JurisdictionId::Parse(using_jurisdiction),
           *JurisdictionId::Parse(sample.jurisdiction),
           *LicenceTypeCode::Parse(sample.type_code),
           *StandardId::Parse(StandardOf(sample.jurisdiction)),
           std::nullopt,
           *ScenarioId::Parse("government-service"),
           {},
           "",
           ""},
          Present(sample.document, IssuerKey(sample.jurisdiction, scheme))};
}

gateway::v1::Presentation Present(const std::string& document, const Signer& signer) {
  gateway::v1::Presentation presentation;
  gateway::v1::DetachedSignature* detached = presentation.mutable_detached();
  detached->set_document(document);
  detached->set_algorithm(AlgorithmOf(signer.public_key().scheme()));
  detached->set_signature(*signer.Sign(document));
  detached->set_public_key(signer.public_key().spki_der());
  return presentation;
}

std::string TagOf(const std::string& jurisdiction, const std::string& type_code,
                  const std::string& number, absl::string_view epoch_key) {
  return LicenceTag(epoch_key, jurisdiction, type_code, number);
}

gateway::v1::LicenceStatusEntry StatusOf(const SampleLicence& sample,
                                         gateway::v1::LicenceStatusKind kind, absl::Time from,
                                         absl::Time until) {
  gateway::v1::LicenceStatusEntry entry;
  entry.set_epoch(kFixtureEpoch);
  entry.set_tag(TagOf(sample.jurisdiction, sample.type_code, sample.number));
  gateway::v1::LicenceStatusInterval* interval = entry.add_intervals();
  interval->set_kind(kind);
  *interval->mutable_from() = ToTimestamp(from);
  if (until != absl::InfiniteFuture()) *interval->mutable_until() = ToTimestamp(until);
  return entry;
}

Examination ExamineQuestion(const RecognitionSnapshot& snapshot, const LicenceQuestion& question) {
  return Examine(snapshot, question.request, question.presentation.detached().document(),
                 question.now);
}

Decision Answer(const RecognitionSnapshot& snapshot, const LicenceQuestion& question) {
  const auto credential =
      ReadPresentation(std::make_shared<const gateway::v1::Presentation>(question.presentation));
  EXPECT_TRUE(credential.ok()) << credential.status();
  const Examination examination = ExamineQuestion(snapshot, question);
  std::optional<StatusQuery> query;
  if (question.epoch_keys.contains(question.epoch) && examination.normalised_number.has_value()) {
    query = StatusQuery{question.epoch, {}};
    for (const auto& [epoch, key] : question.epoch_keys) {
      query->tags[epoch] =
          TagOf(question.request.issuing_jurisdiction.value(), question.request.type_code.value(),
                *examination.normalised_number, key);
    }
  }
  return Decide(snapshot, question.request, *credential, examination, query, question.salt,
                question.now);
}

std::ostream& operator<<(std::ostream& out, const CheckVerdict& verdict) {
  return out << audit::v1::Verdict_Name(verdict.verdict) << " " << verdict.reason;
}

CheckVerdict Failed(Reason reason) {
  return {audit::v1::VERDICT_FAILED, std::string(TokenOf(reason))};
}

CheckVerdict Conditional(Reason reason) {
  return {audit::v1::VERDICT_CONDITION, std::string(TokenOf(reason))};
}

CheckVerdict VerdictOn(const Decision& decision, absl::string_view check) {
  CheckVerdict found;
  int count = 0;
  for (const audit::v1::Check& one : decision.record.checks()) {
    if (one.check() != check) continue;
    found = {one.verdict(), one.reason()};
    ++count;
  }
  EXPECT_EQ(count, 1) << check;
  return found;
}

}  // namespace mrg
