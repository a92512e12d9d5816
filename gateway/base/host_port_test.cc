#include "gateway/base/host_port.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(HostPort, NamesAndAddressesWithAPortAreTaken) {
  for (const char* address :
       {"hub.example:7002", "127.0.0.1:1", "[::1]:65535", "localhost:07002"}) {
    EXPECT_TRUE(IsHostPort(address, /*port_required=*/true)) << address;
  }
}

TEST(HostPort, PortZeroIsTakenWhereAnyPortWillDo) {
  EXPECT_TRUE(IsHostPort("127.0.0.1:0", /*port_required=*/false));
  EXPECT_FALSE(IsHostPort("127.0.0.1:0", /*port_required=*/true));
}

TEST(HostPort, OtherFormsAreRefused) {
  for (const char* address :
       {"", "hub", "hub:", ":7002", "hub:65536", "hub:-1", "hub:+1", "hub:7002 ", "::1:7002",
        "http://hub:7002", "a b:7002", "[]:7002", "hub:99999999999"}) {
    EXPECT_FALSE(IsHostPort(address, /*port_required=*/false)) << address;
  }
}

}  // namespace
}  // namespace mrg
