#ifndef MRG_TESTS_SCENARIO_RECOGNITION_SUITE_H_
#define MRG_TESTS_SCENARIO_RECOGNITION_SUITE_H_

// What the suites of recognition_scenario_test share: the federation with a few issuing keys and a
// licence type of its own, and questions asked as the platforms of the two regions.
//
// Threads: of the test's main thread.

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/audit/v1/audit.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"

namespace mrg {

// A type that Jiangsu lists and no agreement names, and a standard it offers without a pack.
inline constexpr char kUnagreedType[] = "11100000XX0000019L002";
inline constexpr char kPacklessStandard[] = "delta-next";

// Further keys that are listed here: unlisted-31 for encryption, unlisted-33 for identity cards
// only, unlisted-34 from tomorrow, unlisted-50 retired at the start of 2026-02, unlisted-51
// compromised since an hour. Only unlisted-32 is what its name says.
class RecognitionSuite : public FederationSuite {
 protected:
  static void SetUpTestSuite();

  // The channel of the jurisdiction's platform to its own node.
  static std::shared_ptr<grpc::Channel> Platform(absl::string_view jurisdiction);

  // `document` signed by the jurisdiction's listed issuer.
  static gateway::v1::Presentation Signed(absl::string_view jurisdiction,
                                          absl::string_view document);

  // Asks as the platform of the using jurisdiction. An error fails the test.
  static gateway::v1::RecognizeResponse Recognized(const gateway::v1::RecognizeRequest& request);
  // The answer in words to a question about the jurisdiction's licence, asked in `using_side`.
  static std::string AnswerAbout(absl::string_view using_side, absl::string_view issuing,
                                 const gateway::v1::Presentation& presentation);

  // Result: the record that the receipt proves under the member's published log keys.
  static absl::StatusOr<audit::v1::DecisionRecord> Checked(absl::string_view member,
                                                           const gateway::v1::Receipt& receipt);

  // Writes a file of the test. Result: its path.
  static std::string WriteFile(const std::string& name, absl::string_view bytes);
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_RECOGNITION_SUITE_H_
