#include "gateway/daemon/certificate_watch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/metrics/metric_registry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kDomain[] = "delta.example";

class CertificateWatchTest : public testing::Test {
 protected:
  CertificateWatchTest()
      : first_(made_.Leaf(kDomain, "first", "/node/log-1")),
        second_(made_.Leaf(kDomain, "second", "/node/log-1")),
        files_{made_.folder() + "/node.pem",
               made_.folder() + "/node.key",
               "spiffe://delta.example/node/log-1",
               {{kDomain, made_.folder() + "/ca.pem"}},
               {{kDomain, made_.folder() + "/crl.pem"}}} {
    Put(files_.certificate_path, first_.certificate_pem);
    Put(files_.key_path, first_.key_pem, 0600);
    Put(files_.ca_bundle_paths[kDomain], made_.Ca(kDomain).certificate_pem);
    Put(files_.crl_paths[kDomain], made_.Revocations(kDomain, ""));
    in_use_.emplace(TlsMaterial{*LoadOwnCertificate(files_, *LoadTrustBundles(files_), now_),
                                *LoadTrustBundles(files_), *LoadRevocations(files_)});
    watch_.emplace(CertificateWatch::Parts{&files_, &*in_use_, &metrics_, &events_,
                                           [this](const TlsMaterial&) { ++replaced_; }});
  }

  // Every file that is put differs from the one before in its state, too.
  void Put(const std::string& path, const std::string& bytes, int mode = 0644) {
    std::remove(path.c_str());
    WriteTestFile(path, bytes, mode);
  }

  // Expects the figure of an end on the page of metrics.
  void ExpectShown(const std::string& metric, absl::Time end) {
    EXPECT_THAT(registry_.Text(),
                HasSubstr(absl::StrCat("mrg_", metric, "_expiry_timestamp_seconds ",
                                       absl::ToUnixSeconds(end), "\n")));
  }

  void ExpectRefused(const std::string& named) {
    const auto before = in_use_->Current();
    watch_->Look(now_);
    EXPECT_EQ(in_use_->Current(), before);
    EXPECT_THAT(events_.Take(),
                ElementsAre(AllOf(HasSubstr("tls_files_refused"), HasSubstr(named))));
    watch_->Look(now_);
    EXPECT_THAT(events_.Take(), IsEmpty()) << "told once";
  }

  TestCertificates made_;
  const TestCertificates::Pair first_, second_;
  TlsFiles files_;
  const absl::Time now_ = RealClock().Now() + absl::Minutes(1);
  MetricRegistry registry_;
  const RpcMetrics metrics_{&registry_};
  KeptEvents events_;
  std::optional<TlsInUse> in_use_;
  std::optional<CertificateWatch> watch_;
  int replaced_ = 0;
};

TEST_F(CertificateWatchTest, FilesThatAreAsTheyWereChangeNothing) {
  const auto before = in_use_->Current();

  watch_->Look(now_);
  Put(files_.certificate_path, first_.certificate_pem);
  watch_->Look(now_);

  EXPECT_EQ(in_use_->Current(), before);
  EXPECT_EQ(replaced_, 0);
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(CertificateWatchTest, N09_APairThatDoesNotBelongTogetherIsNotUsedAndTheWholeOneIs) {
  Put(files_.certificate_path, second_.certificate_pem);
  ExpectRefused("node.pem");
  EXPECT_EQ(in_use_->Current()->own.certificate_pem, first_.certificate_pem);
  EXPECT_THAT(registry_.Text(), HasSubstr("mrg_tls_files_refused{files=\"own\"} 1"));

  Put(files_.key_path, second_.key_pem, 0600);
  watch_->Look(now_);

  EXPECT_EQ(in_use_->Current()->own.certificate_pem, second_.certificate_pem);
  EXPECT_EQ(in_use_->Current()->own.private_key_pem, second_.key_pem);
  EXPECT_EQ(replaced_, 1);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("tls_files_loaded")));
  EXPECT_THAT(registry_.Text(), HasSubstr("mrg_tls_files_refused{files=\"own\"} 0"));
}

TEST_F(CertificateWatchTest, N09_WhatCannotBeUsedIsRefusedByFile) {
  Put(files_.certificate_path, "not PEM");
  ExpectRefused("node.pem");
  Put(files_.certificate_path, "no PEM either");
  ExpectRefused("node.pem");  // files that are new are told anew, though in the same words
  Put(files_.certificate_path, made_.Leaf(kDomain, "foreign", "/node/log-2").certificate_pem);
  ExpectRefused("node.pem");
  std::remove(files_.key_path.c_str());
  ExpectRefused("node.key");
  Put(files_.ca_bundle_paths[kDomain], "");
  ExpectRefused("ca.pem");
  Put(files_.crl_paths[kDomain], "not a list");
  ExpectRefused("crl.pem");
  EXPECT_EQ(replaced_, 0);
}

TEST_F(CertificateWatchTest, N09_WhatWasRefusedForItsModeIsUsedOnceThatIsMended) {
  Put(files_.certificate_path, second_.certificate_pem);
  Put(files_.key_path, second_.key_pem, 0644);
  ExpectRefused("0600");

  ASSERT_EQ(chmod(files_.key_path.c_str(), 0600), 0);
  watch_->Look(now_);

  EXPECT_EQ(in_use_->Current()->own.private_key_pem, second_.key_pem);
  EXPECT_THAT(registry_.Text(), HasSubstr("mrg_tls_files_refused{files=\"own\"} 0"));
}

TEST_F(CertificateWatchTest, N09_ACertificateThatHasEndedIsRefused) {
  Put(files_.certificate_path, second_.certificate_pem);
  Put(files_.key_path, second_.key_pem, 0600);

  watch_->Look(now_ + absl::Hours(24 * 365 * 200));

  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("tls_files_refused"), HasSubstr("has not ended"))));
  EXPECT_EQ(in_use_->Current()->own.certificate_pem, first_.certificate_pem);

  // The files are the same; it was the clock that was wrong.
  watch_->Look(now_);
  EXPECT_EQ(in_use_->Current()->own.certificate_pem, second_.certificate_pem);
}

TEST_F(CertificateWatchTest, FilesThatAreUsedAreReadAgainOnlyWhenTheyChange) {
  watch_->Look(now_);

  watch_->Look(now_ + absl::Hours(24 * 365 * 200));  // a reader would refuse what has ended

  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(CertificateWatchTest, AFileThatIsOverwrittenInPlaceWithItsOldSizeAndTimeIsFound) {
  const std::string path = files_.ca_bundle_paths[kDomain];
  const std::string next = made_.Ca(kDomain, "next").certificate_pem;
  const size_t size = ReadTestFile(path).size() + next.size();
  const auto padded = [&](std::string pem) { return pem + std::string(size - pem.size(), '\n'); };
  Put(path, padded(ReadTestFile(path)));
  watch_->Look(now_);
  struct stat before = {}, after = {};
  ASSERT_EQ(stat(path.c_str(), &before), 0);

  WriteTestFile(path, padded(next));
  const timespec times[] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  watch_->Look(now_);

  ASSERT_EQ(stat(path.c_str(), &after), 0);
  ASSERT_EQ(after.st_ino, before.st_ino);
  ASSERT_EQ(after.st_size, before.st_size);
  EXPECT_EQ(in_use_->Current()->bundles.PemOf(kDomain), next);
}

TEST_F(CertificateWatchTest,
       M11_WhenCertificateAndRevocationsEndIsShownFromTheStartAndAfterEachChange) {
  const auto end_of = [](const std::string& list) {
    return ParsePemRevocationLists(list)->front().next_update();
  };
  ExpectShown("tls_certificate", in_use_->Current()->own.ends);
  ExpectShown("crl", end_of(ReadTestFile(files_.crl_paths[kDomain])));

  const std::string ended = made_.Revocations(kDomain, "", "--expired");
  Put(files_.crl_paths[kDomain], absl::StrCat(ended, made_.Revocations(kDomain, "second")));
  watch_->Look(now_);

  ExpectShown("crl", end_of(ended));
  ExpectShown("tls_certificate", in_use_->Current()->own.ends);
}

TEST_F(CertificateWatchTest, WithoutListsOfRevokedCertificatesNoneIsShownToEnd) {
  TlsMaterial without = *in_use_->Current();
  without.revocations.clear();
  TlsInUse in_use(without);
  const CertificateWatch watch(
      {&files_, &in_use, &metrics_, &events_, [this](const TlsMaterial&) { ++replaced_; }});

  ExpectShown("crl", absl::UnixEpoch());
}

TEST_F(CertificateWatchTest, N09_APairThatNobodyWouldAcceptIsRefused) {
  const auto foreign = made_.Leaf(kDomain, "node", "/node/log-1", "", "other");
  Put(files_.certificate_path, foreign.certificate_pem);
  Put(files_.key_path, foreign.key_pem, 0600);
  ExpectRefused("the CAs of delta.example certify");
  Put(files_.certificate_path, second_.certificate_pem);
  Put(files_.key_path, second_.key_pem, 0600);

  watch_->Look(now_ - absl::Hours(24 * 30));

  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("tls_files_refused"), HasSubstr("holds now"))));
  EXPECT_EQ(in_use_->Current()->own.certificate_pem, first_.certificate_pem);
}

TEST_F(CertificateWatchTest, N09_APairMayComeWithTheCaThatCertifiesIt) {
  const auto next = made_.Leaf(kDomain, "node", "/node/log-1", "", "other");
  Put(files_.certificate_path, next.certificate_pem);
  Put(files_.key_path, next.key_pem, 0600);
  Put(files_.ca_bundle_paths[kDomain], made_.Ca(kDomain, "other").certificate_pem);

  watch_->Look(now_);

  EXPECT_EQ(in_use_->Current()->own.certificate_pem, next.certificate_pem);
}

TEST_F(CertificateWatchTest, N09_AListThatWouldBringBackWhatWasRevokedIsRefused) {
  const std::string& path = files_.crl_paths[kDomain];
  Put(path, made_.Revocations(kDomain, "", "--expired"));
  ExpectRefused("crl_path");
  Put(path, made_.Revocations("other.example", ""));
  ExpectRefused("crl_path");
  Put(path, made_.Revocations(kDomain, "first"));

  watch_->Look(now_);

  EXPECT_EQ(replaced_, 1);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("tls_files_loaded")));
}

TEST_F(CertificateWatchTest, CasAndRevocationsAreReplacedApartFromTheCertificate) {
  Put(files_.certificate_path, "not PEM");
  Put(files_.ca_bundle_paths[kDomain], made_.Ca(kDomain, "next").certificate_pem);
  Put(files_.crl_paths[kDomain], made_.Revocations(kDomain, "second"));

  watch_->Look(now_);

  const auto now = in_use_->Current();
  EXPECT_EQ(now->own.certificate_pem, first_.certificate_pem);
  EXPECT_EQ(now->bundles.PemOf(kDomain), made_.Ca(kDomain, "next").certificate_pem);
  EXPECT_EQ(now->revocations, *LoadRevocations(files_));
  EXPECT_EQ(replaced_, 1);
}

}  // namespace
}  // namespace mrg
