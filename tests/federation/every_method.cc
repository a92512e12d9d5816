#include "tests/federation/every_method.h"

#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/gateway/v1/status.pb.h"
#include "mrg/gateway/v1/translation.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"

namespace mrg {
namespace {

// A message of each file of proto/mrg that states a service.
using google::protobuf::Descriptor;
constexpr const Descriptor* (*kBeside[])() = {
    &audit::v1::ListRecordsRequest::descriptor,
    &dispute::v1::AcceptDisputeRequest::descriptor,
    &dispute::v1::DeliverRequest::descriptor,
    &dispute::v1::FileDisputeRequest::descriptor,
    &gateway::v1::PublishRequest::descriptor,
    &gateway::v1::ListScenariosRequest::descriptor,
    &gateway::v1::RecognizeRequest::descriptor,
    &gateway::v1::SetLicenceStatusRequest::descriptor,
    &gateway::v1::TranslateRequest::descriptor,
    &trustlist::v1::GetEpochKeyRequest::descriptor,
    &trustlist::v1::GetMetadataRequest::descriptor,
};

}  // namespace

std::vector<const google::protobuf::MethodDescriptor*> EveryMethod() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const auto beside : kBeside) {
    const google::protobuf::FileDescriptor* const file = beside()->file();
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back(file->service(s)->method(m));
      }
    }
  }
  return methods;
}

}  // namespace mrg
