#include "gateway/cli/recognize_command.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A node that answers what the test wants.
class AnsweringNode : public gateway::v1::RecognitionService::Service {
 public:
  grpc::Status Recognize(grpc::ServerContext*, const gateway::v1::RecognizeRequest* request,
                         gateway::v1::RecognizeResponse* response) override {
    asked = *request;
    *response = answer;
    return status;
  }

  gateway::v1::RecognizeRequest asked;
  gateway::v1::RecognizeResponse answer;
  grpc::Status status;
};

struct Ran {
  int code;
  std::string out;
  std::string err;
};

class RecognizeCommand : public ::testing::Test {
 protected:
  RecognizeCommand() {
    // The path of a socket has at most 107 bytes; the folder of the tests is deeper.
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    EXPECT_TRUE(WriteWholeFile(folder_ + "/presentation", "").ok());
  }
  ~RecognizeCommand() override { std::filesystem::remove_all(folder_); }

  Ran Ask() {
    return Ask({"--using", "31", "--issuing", "50", "--type", "11100000XX0000019L003", "--standard",
                "cq-sample", "--scenario", "traffic-enforcement", "--presentation",
                Path("presentation")});
  }

  Ran Ask(std::vector<std::string> words) {
    const std::string address = absl::StrCat("unix:", folder_, "/node.sock");
    words.insert(words.end(), {"--address", address});
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(&node_);
    const auto server = builder.BuildAndStart();
    std::ostringstream shown, faults;
    Display out(&shown);
    Display err(&faults);
    const int code = RunRecognizeCommand(words, out, err);
    server->Shutdown();
    return {code, shown.str(), faults.str()};
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }
  std::string Write(const std::string& name, absl::string_view bytes) const {
    EXPECT_TRUE(WriteWholeFile(Path(name), bytes).ok());
    return Path(name);
  }

  std::string folder_ = "/tmp/mrg-recognize-XXXXXX";
  AnsweringNode node_;
};

TEST_F(RecognizeCommand, B04_NothingOfAnAnswerForgesALine) {
  node_.answer.set_outcome(audit::v1::OUTCOME_NOT_RECOGNIZED);
  auto* reason = node_.answer.add_reasons();
  reason->set_reason("X\n  outcome 结论: RECOGNIZED");
  reason->set_message("why\x1b[1A\x1b[2K");
  reason->add_element_ids("face.driver.sex");
  reason->add_element_ids("a\n  outcome 结论: RECOGNIZED");
  auto* translated = node_.answer.mutable_translated();
  translated->set_standard("delta-reply\r");
  translated->set_document(R"({"name\u202e": "样例\n  outcome 结论: RECOGNIZED\u001b[8m",)"
                           R"( "rows": [{"name": "a\nb", "value": "c\nd"}]})");
  auto* report = translated->add_reports();
  report->set_element_id("holder\u0085");
  report->set_outcome(gateway::v1::ELEMENT_OUTCOME_WITHHELD);

  const Ran ran = Ask();

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  reason 原因: X\\u{0A}  outcome 结论: RECOGNIZED - "
                                 "why\\u{1B}[1A\\u{1B}[2K"));
  EXPECT_THAT(ran.out, HasSubstr("    elements 要素: face.driver.sex, a\\u{0A}  outcome"));
  EXPECT_THAT(ran.out, HasSubstr("译为 delta-reply\\u{0D}:\n"));
  EXPECT_THAT(ran.out, HasSubstr("    name\\u{202E} = 样例\\u{0A}  outcome 结论: RECOGNIZED"
                                 "\\u{1B}[8m\n    rows.a\\u{0A}b = c\\u{0A}d\n"));
  EXPECT_THAT(ran.out, HasSubstr("    - holder\\u{85}: withheld"));
  EXPECT_THAT(ran.out, Not(HasSubstr("\n  outcome 结论: RECOGNIZED")));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b")));
}

TEST_F(RecognizeCommand, B04_NothingOfAnErrorForgesALine) {
  node_.status =
      grpc::Status(grpc::StatusCode::UNAVAILABLE, "no\n  outcome 结论: RECOGNIZED\x1b[8m");

  const Ran ran = Ask();

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("no\\u{0A}  outcome 结论: RECOGNIZED\\u{1B}[8m"));
}

TEST_F(RecognizeCommand, ARequestThatWasWrittenIsTheSameWhenItIsRead) {
  gateway::v1::Presentation presentation;
  presentation.mutable_detached()->set_document("{\"name\":\"样例\"}\xff");
  presentation.mutable_detached()->set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3);
  Write("presentation", presentation.SerializeAsString());
  const std::string file = Path("request.json");

  ASSERT_EQ(
      Ask({"--using", "31", "--issuing", "50", "--type", "11100000XX0000019L003", "--standard",
           "cq-sample", "--scenario", "traffic-enforcement", "--element", "certificateNumber",
           "--holder-name", "样例", "--presentation", Path("presentation"), "--request-out", file})
          .code,
      kExitOk);
  const gateway::v1::RecognizeRequest sent = node_.asked;
  ASSERT_EQ(Ask({"--request", file}).code, kExitOk);

  EXPECT_EQ(sent.presentation().detached().document(), "{\"name\":\"样例\"}\xff");
  EXPECT_EQ(node_.asked.SerializeAsString(), sent.SerializeAsString());
  struct stat info = {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U) << "a request names its holder";
}

TEST_F(RecognizeCommand, OptionsTakeThePlaceOfFieldsOfTheFile) {
  const std::string file =
      Write("request.json", R"({"usingJurisdiction": "31", "issuing_jurisdiction": "50",)"
                            R"( "requestedElements": ["a", "b"], "requestId": "one"})");

  ASSERT_EQ(Ask({"--request", file, "--issuing", "51", "--element", "c"}).code, kExitOk);

  EXPECT_EQ(node_.asked.using_jurisdiction(), "31");
  EXPECT_EQ(node_.asked.issuing_jurisdiction(), "51");
  EXPECT_EQ(node_.asked.request_id(), "one");
  ASSERT_EQ(node_.asked.requested_elements_size(), 1);
  EXPECT_EQ(node_.asked.requested_elements(0), "c");
}

TEST_F(RecognizeCommand, AFieldOfTheFileThatThereIsNotIsNamed) {
  const std::string file = Write("request.json", R"({"usingJurisdictions": "31"})");

  const Ran ran = Ask({"--request", file});

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("FIELD_MALFORMED: --request: expected "
                                 "mrg.gateway.v1.RecognizeRequest in JSON"));
  EXPECT_THAT(ran.err, HasSubstr("usingJurisdictions"));
}

TEST_F(RecognizeCommand, APresentationMayBeJson) {
  Write("presentation", R"( {"detached": {"document": "eyJ9", "signature": "AAE="}})");

  ASSERT_EQ(Ask().code, kExitOk);

  EXPECT_EQ(node_.asked.presentation().detached().signature(), std::string("\0\x01", 2));
}

TEST_F(RecognizeCommand, WithoutAFileEveryPartIsAskedFor) {
  const Ran ran = Ask({"--using", "31"});

  EXPECT_EQ(ran.code, kExitUsage);
  EXPECT_THAT(ran.err, HasSubstr("required"));
}

}  // namespace
}  // namespace mrg
