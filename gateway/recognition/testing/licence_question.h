#ifndef MRG_GATEWAY_RECOGNITION_TESTING_LICENCE_QUESTION_H_
#define MRG_GATEWAY_RECOGNITION_TESTING_LICENCE_QUESTION_H_

// Questions about the shipped sample licences, for tests: the document, signed with a key of the
// fixture, and the request that a platform would make; and the way a question takes through
// ReadPresentation, Examine and Decide.
//
// Thread-safe: plain values and pure functions.

#include <map>
#include <optional>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/crypto/signer.h"
#include "gateway/recognition/decide.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "mrg/gateway/v1/presentation.pb.h"

namespace mrg {

// A shipped sample and what is known of it.
struct SampleLicence {
  std::string jurisdiction;  // that issued it
  std::string type_code;
  std::string number;
  std::string holder_name;
  std::string holder_code;
  std::string document;  // as shipped
};

// Result: the sample of deploy/regions/*/samples/<name>.json, e.g. "50-driving-licence".
const SampleLicence& Sample(const std::string& name);

// Epoch in use and its key of every jurisdiction's licence tags in the fixture.
inline constexpr uint32_t kFixtureEpoch = 3;
inline constexpr char kFixtureEpochKey[] = "epoch key of the fixture, bytes.";

// A question as it reaches the decision.
struct LicenceQuestion {
  RecognitionRequest request;
  gateway::v1::Presentation presentation;
  absl::Time now = FixtureNow();
  std::string salt = std::string(32, 's');
  std::map<uint32_t, std::string> epoch_keys = {{kFixtureEpoch, kFixtureEpochKey}};  // held
  uint32_t epoch = kFixtureEpoch;                                                    // in use

  gateway::v1::DetachedSignature& detached() { return *presentation.mutable_detached(); }
  // Puts another document in, signed by the same jurisdiction's key of the same scheme.
  void Sign(const std::string& document);
  void Sign(const std::string& document, const Signer& signer);
  // Edits the document and signs it. Fails the test when `from` does not stand in it.
  void EditDocument(absl::string_view from, absl::string_view to);
};

// Result: whether the sample is recognised in `using_jurisdiction` for government service.
LicenceQuestion AskAbout(const SampleLicence& sample, const std::string& using_jurisdiction,
                         Scheme scheme = Scheme::kSm2Sm3);

// Result: the document with a signature of the signer.
gateway::v1::Presentation Present(const std::string& document, const Signer& signer);

// Result: the tag of the licence under an epoch key.
std::string TagOf(const std::string& jurisdiction, const std::string& type_code,
                  const std::string& number, absl::string_view epoch_key = kFixtureEpochKey);

// Result: a status entry of the sample with one interval, under the fixture's epoch key.
gateway::v1::LicenceStatusEntry StatusOf(const SampleLicence& sample,
                                         gateway::v1::LicenceStatusKind kind, absl::Time from,
                                         absl::Time until = absl::InfiniteFuture());

// Result: what Examine says of the question.
Examination ExamineQuestion(const RecognitionSnapshot& snapshot, const LicenceQuestion& question);

// Decides as the RPC does: parse, examine, tag, decide. Fails the test when the presentation is a
// caller's fault.
Decision Answer(const RecognitionSnapshot& snapshot, const LicenceQuestion& question);

// The verdict on one check of a record.
struct CheckVerdict {
  audit::v1::Verdict verdict = audit::v1::VERDICT_UNSPECIFIED;
  std::string reason;

  friend bool operator==(const CheckVerdict& a, const CheckVerdict& b) {
    return a.verdict == b.verdict && a.reason == b.reason;
  }
  friend std::ostream& operator<<(std::ostream& out, const CheckVerdict& verdict);
};

inline const CheckVerdict kPassed = {audit::v1::VERDICT_PASSED, ""};
inline const CheckVerdict kNotEvaluated = {audit::v1::VERDICT_NOT_EVALUATED, ""};
CheckVerdict Failed(Reason reason);
CheckVerdict Conditional(Reason reason);

// Result: the verdict on the check of that name. Fails the test unless it stands there once.
CheckVerdict VerdictOn(const Decision& decision, absl::string_view check);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_TESTING_LICENCE_QUESTION_H_
