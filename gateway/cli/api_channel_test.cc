#include "gateway/cli/api_channel.h"

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ApiChannelTest : public testing::Test {
 protected:
  ApiChannelTest() {
    flags_.address = "127.0.0.1:1";
    flags_.cert = caller_.certificate_path;
    flags_.key = caller_.key_path;
    flags_.ca = files_.Ca("delta.example").certificate_path;
  }
  void ExpectRefused(Reason reason, const std::string& flag, const std::string& file) {
    const absl::Status status = OpenApiChannel(flags_).status();
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(flag), HasSubstr(file), Not(HasSubstr("\n"))));
  }

  TestCertificates files_;
  const TestCertificates::Pair caller_ = files_.Leaf("delta.example", "caller", "/operator/demo");
  ApiChannelFlags flags_;
};

TEST_F(ApiChannelTest, FilesThatBelongTogetherGiveAChannel) {
  EXPECT_TRUE(OpenApiChannel(flags_).ok());
}

TEST_F(ApiChannelTest, B21_AKeyUnderAPassphraseIsOneLineAndNoPrompt) {
  flags_.key = files_.folder() + "/closed.key";
  ASSERT_EQ(std::system(absl::StrCat("openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:demo -in ",
                                     caller_.key_path, " -out ", flags_.key, " && chmod 0600 ",
                                     flags_.key)
                            .c_str()),
            0);
  ExpectRefused(Reason::kCertificateUnreadable, "passphrase", "closed.key");
}

TEST_F(ApiChannelTest, WhatCannotBeUsedIsNamedByFlagAndFile) {
  flags_.key = files_.Leaf("delta.example", "other", "/operator/other").key_path;
  ExpectRefused(Reason::kCertificateKeyMismatch, "--key", "other.key");
  WriteTestFile(files_.folder() + "/open.key", caller_.key_pem, 0644);
  flags_.key = files_.folder() + "/open.key";
  ExpectRefused(Reason::kKeyFileInvalid, "--key", "0600");
  flags_.key = caller_.key_path;
  WriteTestFile(files_.folder() + "/broken.pem", "not PEM");
  flags_.ca = files_.folder() + "/broken.pem";
  ExpectRefused(Reason::kCertificateUnreadable, "--ca", "broken.pem");
}

}  // namespace
}  // namespace mrg
