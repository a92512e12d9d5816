#include "gateway/snapshot/listed_content.h"

#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/agreement/agreement.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/store/blob_store.h"

namespace mrg {
namespace {

absl::Status CheckListing(const InForceTarget& target, const TargetName& name) {
  if (target.is_tree != IsTreeKind(name.kind)) {
    return MakeError(Reason::kMetadataMalformed, target.is_tree
                                                     ? "expected a file, listed as a prefix tree"
                                                     : "expected a prefix tree, listed as a file");
  }
  // Else a decision about the province would not rest on the role that lists its content.
  if (!name.jurisdiction.empty() && !RestsOnRole(name.jurisdiction, target.role)) {
    return MakeError(Reason::kMetadataMalformed,
                     absl::StrCat("expected no target of the province in ", target.role));
  }
  return absl::OkStatus();
}

class Reader {
 public:
  Reader(const BlobReader& blobs, const ListedContent* previous)
      : blobs_(blobs), nodes_(&blobs), previous_(previous) {
    if (previous_ == nullptr) return;
    for (const auto& [jurisdiction, province] : previous_->provinces) {
      for (const AgreementListing& listing : province.agreements) {
        agreements_.emplace(listing.sha256, listing.agreement);
      }
    }
  }

  absl::Status Read(const InForceTarget& target) {
    MRG_ASSIGN_OR_RETURN(const TargetName name, ParseTargetPath(target.path));
    MRG_RETURN_IF_ERROR(CheckListing(target, name));
    switch (name.kind) {
      case TargetKind::kFederation:
      case TargetKind::kLogKeys:
      case TargetKind::kContact:
      case TargetKind::kCalendar:
        return absl::OkStatus();
      case TargetKind::kDictionary:
        return ReadDictionary(target, name.number);
      case TargetKind::kIssuers:
        return ReadIssuers(target, name);
      case TargetKind::kCatalogue:
        Province(name).catalogue_target = {target.path, target.sha256};
        return absl::OkStatus();
      case TargetKind::kLicenceStatus:
        return ReadStatuses(target, name);
      case TargetKind::kPack:
        return ListPack(target, name);
      case TargetKind::kAgreement:
        return ReadAgreement(target, name);
      case TargetKind::kRepeal:
        return ReadRepeal(target, name);
    }
    return absl::OkStatus();
  }

  ListedContent Take() { return std::move(content_); }

 private:
  ListedProvince& Province(const TargetName& name) {
    return content_.provinces[std::string(name.jurisdiction)];
  }

  // What is in force of the province; null when nothing is.
  const ListedProvince* Before(const TargetName& name) const {
    if (previous_ == nullptr) return nullptr;
    const auto found = previous_->provinces.find(std::string(name.jurisdiction));
    return found == previous_->provinces.end() ? nullptr : &found->second;
  }

  absl::Status ReadDictionary(const InForceTarget& target, uint64_t version) {
    ListedDictionary& listed = content_.dictionaries[version];
    listed.target = {target.path, target.sha256};
    if (previous_ != nullptr) {
      const auto before = previous_->dictionaries.find(version);
      if (before != previous_->dictionaries.end() &&
          before->second.target.sha256 == target.sha256) {
        listed.dictionary = before->second.dictionary;
        return absl::OkStatus();
      }
    }
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    MRG_ASSIGN_OR_RETURN(Dictionary dictionary, Dictionary::Parse(bytes));
    if (dictionary.version() != version) {
      return MakeFieldError(
          Reason::kDictionaryInvalid, "version",
          absl::StrCat("expected ", version, ", as the path says, found ", dictionary.version()));
    }
    listed.dictionary = std::make_shared<const Dictionary>(std::move(dictionary));
    return absl::OkStatus();
  }

  absl::Status ReadIssuers(const InForceTarget& target, const TargetName& name) {
    ListedProvince& province = Province(name);
    province.issuers_target = {target.path, target.sha256};
    const ListedProvince* const before = Before(name);
    if (before != nullptr && before->issuers_target.sha256 == target.sha256) {
      province.issuers = before->issuers;
      return absl::OkStatus();
    }
    MRG_ASSIGN_OR_RETURN(IssuerList issuers,
                         IssuerList::Load(target.sha256, nodes_,
                                          before == nullptr ? nullptr : before->issuers.get()));
    province.issuers = std::make_shared<const IssuerList>(std::move(issuers));
    return absl::OkStatus();
  }

  absl::Status ReadStatuses(const InForceTarget& target, const TargetName& name) {
    ListedProvince& province = Province(name);
    province.status_target = {target.path, target.sha256};
    const ListedProvince* const before = Before(name);
    if (before != nullptr && before->status_target.sha256 == target.sha256) {
      province.statuses = before->statuses;
      return absl::OkStatus();
    }
    MRG_ASSIGN_OR_RETURN(
        LicenceStatusList list,
        LicenceStatusList::Load(target.sha256, nodes_,
                                before == nullptr ? nullptr : before->statuses.get()));
    province.statuses = std::make_shared<const LicenceStatusList>(std::move(list));
    return absl::OkStatus();
  }

  absl::Status ListPack(const InForceTarget& target, const TargetName& name) {
    pack_bytes_ += target.length;
    if (++pack_count_ > kPacksMax || pack_bytes_ > kPackBytesMax) {
      return MakeError(Reason::kPackInvalid,
                       absl::StrCat("expected at most ", kPacksMax, " packs of a member, of ",
                                    kPackBytesMax, " bytes together"));
    }
    Province(name).packs.push_back({target.path, target.sha256});
    return absl::OkStatus();
  }

  absl::Status ReadAgreement(const InForceTarget& target, const TargetName& name) {
    // Every party lists the same bytes.
    std::shared_ptr<const Agreement>& agreement = agreements_[target.sha256];
    MRG_RETURN_IF_ERROR(CountAgreement(target, name));
    if (agreement == nullptr) {
      MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
      MRG_ASSIGN_OR_RETURN(agreement, Agreement::Parse(bytes));
    }
    if (texts_.insert(target.sha256).second) {
      agreement_uses_ += agreement->use_count();
      if (agreement_uses_ > kAllAgreementUsesMax) {
        return MakeError(Reason::kAgreementInvalid,
                         absl::StrCat("expected at most ", kAllAgreementUsesMax,
                                      " uses in the rules of all agreements of a member"));
      }
    }
    if (agreement->id() != name.id || agreement->revision() != name.number) {
      return MakeError(Reason::kAgreementInvalid,
                       absl::StrCat("expected revision ", name.number, " of ", name.id,
                                    ", as the path says, found ", agreement->revision(), " of ",
                                    agreement->id()));
    }
    MRG_RETURN_IF_ERROR(CheckIsParty(agreement->message(), name.jurisdiction));
    Province(name).agreements.push_back(
        {std::string(name.jurisdiction), target.path, target.sha256, agreement});
    return absl::OkStatus();
  }

  // Before the text is read: what is refused for its number costs nothing.
  absl::Status CountAgreement(const InForceTarget& target, const TargetName& name) {
    if (++agreement_count_ > kAgreementTextsMax) {
      return MakeError(
          Reason::kAgreementInvalid,
          absl::StrCat("expected at most ", kAgreementTextsMax, " agreements of a member"));
    }
    if (++revisions_[{name.jurisdiction, name.id}] > kAgreementRevisionsMax) {
      return MakeError(
          Reason::kAgreementInvalid,
          absl::StrCat("expected at most ", kAgreementRevisionsMax, " revisions of an agreement"));
    }
    return texts_.contains(target.sha256) ? absl::OkStatus() : CountBytes(target);
  }

  absl::Status CountBytes(const InForceTarget& target) {
    agreement_bytes_ += target.length;
    if (agreement_bytes_ <= kAgreementBytesMax) return absl::OkStatus();
    return MakeError(Reason::kAgreementInvalid,
                     absl::StrCat("expected at most ", kAgreementBytesMax,
                                  " bytes of agreements and repeals of a member"));
  }

  absl::Status ReadRepeal(const InForceTarget& target, const TargetName& name) {
    if (++repeal_count_ > kAgreementTextsMax) {
      return MakeError(
          Reason::kAgreementInvalid,
          absl::StrCat("expected at most ", kAgreementTextsMax, " repeals of a member"));
    }
    MRG_RETURN_IF_ERROR(CountBytes(target));
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs_.ReadBlob(target.sha256));
    MRG_ASSIGN_OR_RETURN(gateway::v1::Repeal repeal, ParseRepeal(bytes));
    if (repeal.agreement_id() != name.id) {
      return MakeError(Reason::kAgreementInvalid,
                       absl::StrCat("expected a repeal of ", name.id, ", as the path says, found ",
                                    repeal.agreement_id()));
    }
    Province(name).repeals.push_back({std::string(name.jurisdiction), std::move(repeal)});
    return absl::OkStatus();
  }

  const BlobReader& blobs_;
  const BlobNodes nodes_;
  const ListedContent* const previous_;
  std::map<std::string, std::shared_ptr<const Agreement>> agreements_;  // by SHA-256
  // What was read of packs, agreements and repeals, against its bounds (limits.h).
  size_t pack_count_ = 0;
  size_t pack_bytes_ = 0;
  size_t agreement_count_ = 0;
  size_t repeal_count_ = 0;
  size_t agreement_bytes_ = 0;
  size_t agreement_uses_ = 0;
  std::set<std::string> texts_;  // by SHA-256: each is counted once
  std::map<std::pair<absl::string_view, absl::string_view>, size_t> revisions_;
  ListedContent content_;
};

}  // namespace

absl::Status AtTarget(const MemberId& publisher, absl::string_view path,
                      const absl::Status& status) {
  const Reason reason = ReasonOf(status).value_or(Reason::kInvariantBroken);
  return MakeFieldError(reason, absl::StrCat(publisher.value(), ":", path), status.message());
}

absl::StatusOr<ListedContent> ReadListedContent(const InForceSet& set, const BlobReader& blobs,
                                                const ListedContent* previous) {
  Reader reader(blobs, previous);
  for (const InForceTarget& target : set.targets) {
    const absl::Status status = reader.Read(target);
    if (!status.ok()) return AtTarget(set.publisher, target.path, status);
  }
  return reader.Take();
}

}  // namespace mrg
