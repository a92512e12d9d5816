#include "tests/bench/licence_batch.h"

#include <array>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/evp_signer.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {
namespace {

constexpr char kDrivingLicenceType[] = "11100000XX0000019L003";
constexpr size_t kAreaDigits = 6;
constexpr int kSequencesADay = 1000;
// Days that every month and every year has, so that each number holds a day of the calendar.
constexpr int kDaysAMonth = 28;
constexpr int kMonths = 12;
constexpr int kFirstYear = 1900;

gateway::v1::RecognizeRequest QuestionAbout(const LicenceIssue& issue, const Signer& signer) {
  gateway::v1::RecognizeRequest question;
  question.set_using_jurisdiction("31");
  question.set_issuing_jurisdiction(issue.issuing);
  question.set_type_code(kDrivingLicenceType);
  question.set_document_standard("cq-sample");
  question.set_scenario("government-service");
  auto* const detached = question.mutable_presentation()->mutable_detached();
  detached->set_algorithm(signer.public_key().scheme() == Scheme::kSm2Sm3
                              ? gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3
                              : gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  detached->set_public_key(signer.public_key().spki_der());
  return question;
}

// Signs every `step`th question of the batch from `begin` on.
absl::Status SignSome(const LicenceIssue& issue, const Signer& signer, int64_t first, size_t begin,
                      size_t step, std::vector<std::string>* questions) {
  gateway::v1::RecognizeRequest question = QuestionAbout(issue, signer);
  auto* const detached = question.mutable_presentation()->mutable_detached();
  for (size_t i = begin; i < questions->size(); i += step) {
    const std::string number = HolderNumber(issue.number, first + static_cast<int64_t>(i));
    detached->set_document(absl::StrReplaceAll(issue.document, {{issue.number, number}}));
    MRG_ASSIGN_OR_RETURN(*detached->mutable_signature(), signer.Sign(detached->document()));
    (*questions)[i] = question.SerializeAsString();
  }
  return absl::OkStatus();
}

}  // namespace

std::string HolderNumber(absl::string_view number, int64_t serial) {
  const int64_t day = serial / kSequencesADay;
  const std::string digits = absl::StrFormat(
      "%s%04d%02d%02d%03d", number.substr(0, kAreaDigits), kFirstYear + day / kDaysAMonth / kMonths,
      1 + day / kDaysAMonth % kMonths, 1 + day % kDaysAMonth, serial % kSequencesADay);
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (digits[i] - '0');
  return digits + "10X98765432"[sum % 11];
}

absl::StatusOr<std::vector<std::string>> SignQuestions(const LicenceIssue& issue, int64_t first,
                                                       int64_t count) {
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeFromName(issue.scheme));
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<Signer> signer,
                       NewEvpSigner(scheme, issue.issuer_pem));
  std::vector<std::string> questions(static_cast<size_t>(count));
  const size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<absl::Status> results(threads);
  std::vector<std::thread> running;
  for (size_t k = 0; k < threads; ++k) {
    running.emplace_back(
        [&, k] { results[k] = SignSome(issue, *signer, first, k, threads, &questions); });
  }
  for (std::thread& thread : running) thread.join();
  for (const absl::Status& result : results) MRG_RETURN_IF_ERROR(result);
  return questions;
}

std::string WithRequestId(absl::string_view request_id, absl::string_view question) {
  // Field 1, length-delimited; an id has at most 64 bytes, so its length takes one byte.
  const char head[] = {0x0a, static_cast<char>(request_id.size())};
  return absl::StrCat(absl::string_view(head, sizeof(head)), request_id, question);
}

}  // namespace mrg
