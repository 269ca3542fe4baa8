import CCurl
import Foundation
import Testing
import TestSupport

@testable import FetchLoop

@Suite(.timeLimit(.minutes(5))) struct AddressRangeTests {
    private func bytes(_ text: String) throws -> [UInt8] {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        try #require(inet_pton(AF_INET6, text, &six) == 1)
        return withUnsafeBytes(of: six) { Array($0) }
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1",
        "fd12::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::1",
        // An IPv4 address elsewhere than at the end, protocols, documentation.
        "64:ff9b:1:7f00:0:100:808:808", "64:ff9b:1::808:808", "64:ff9b::1:808:808", "2001:0:7f00:1::1", "2001:10::1",
        "2001:1ff:ffff::1", "2001:db8::1", "3fff::1", "3fff:fff::1", "192.0.2.1", "198.51.100.1", "203.0.113.255",
        "192.88.99.1",
    ])
    func isPrivate(_ address: String) throws {
        #expect(AddressRange.isPrivate(try bytes(address)))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808",
        "2002:808:808::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "3fff:1000::1",
        "192.0.3.0", "192.88.98.255", "198.51.101.0", "203.0.114.0",
    ])
    func isPublic(_ address: String) throws {
        #expect(!AddressRange.isPrivate(try bytes(address)))
    }

    @Test func aPrivateAddressIsRefusedBeforeAConnectionIsMade() async throws {
        try await withClient { _, client, base in
            var request = HTTPRequest("\(base)/bytes/1")
            request.deniesPrivateAddresses = true
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch HTTPClientError.curl(let code, let message, let phase) {
                #expect(code == 7 && phase == .policy)
                #expect(message == "127.0.0.1 is not a public address")
            }
            // The next request of the same handle may connect again.
            let status = try await client.fetch("\(base)/bytes/1").status
            #expect(status == 200)
        }
    }

    /// A redirect with 303 makes the handle forget what was applied; the denial is not among it.
    @Test func theDenialOutlivesWhatARedirectChanges() async throws {
        try await withLoop { loop in
            let core = ClientCore(loop: loop, configuration: .init())
            defer { core.close() }
            var request = HTTPRequest("http://outer.invalid/", method: "PUT", body: .text("b"))
            let nobody = Nobody()
            for denies in [false, true] {
                request.deniesPrivateAddresses = denies
                let transfer = Transfer(request, scheme: .http, core: core, delegate: nobody, isCollected: false)
                let handle = try #require(CurlHandle(core: core))
                handle.begin(transfer)
                try handle.configure(request, isSecure: false, milliseconds: 0)
                handle.forgetCustomMethod()
                var address = curl_sockaddr()
                address.family = AF_INET
                address.socktype = CInt(SOCK_STREAM.rawValue)
                address.addrlen = UInt32(MemoryLayout<sockaddr_in>.size)
                withUnsafeMutableBytes(of: &address.addr) { bytes in
                    bytes.storeBytes(of: sa_family_t(AF_INET), as: sa_family_t.self)
                    bytes.storeBytes(of: UInt32(0x7f00_0001).bigEndian, toByteOffset: 4, as: UInt32.self)
                }
                let descriptor = handle.openSocket(to: &address)
                #expect((descriptor == CURL_SOCKET_BAD) == denies)
                if descriptor != CURL_SOCKET_BAD { close(descriptor) }
                handle.end()
            }
        }
    }

    /// What cannot be read may lead anywhere; but a UNIX-domain socket that the request names.
    @Test(
        arguments: [
            (AF_INET, 2, nil), (AF_APPLETALK, 16, nil), (AF_UNIX, 16, nil), (AF_UNIX, 16, "/run/named"),
        ] as [(CInt, UInt32, String?)])
    func anAddressThatCannotBeReadIsDenied(family: CInt, length: UInt32, named: String?) async throws {
        try await withLoop { loop in
            let core = ClientCore(loop: loop, configuration: .init())
            defer { core.close() }
            var request = HTTPRequest("http://outer.invalid/")
            request.deniesPrivateAddresses = true
            request.unixSocket = named
            let nobody = Nobody()
            let transfer = Transfer(request, scheme: .http, core: core, delegate: nobody, isCollected: false)
            let handle = try #require(CurlHandle(core: core))
            handle.begin(transfer)
            var address = curl_sockaddr()
            address.family = family
            address.socktype = CInt(SOCK_STREAM.rawValue)
            address.addrlen = length
            withUnsafeMutableBytes(of: &address.addr) { $0.storeBytes(of: sa_family_t(family), as: sa_family_t.self) }
            let descriptor = handle.openSocket(to: &address)
            if descriptor != CURL_SOCKET_BAD { close(descriptor) }
            #expect((handle.deniedAddress != nil) == (named == nil))
            handle.end()
        }
    }

    @Test func schemesCanBeForbidden() async throws {
        try await withClient { _, client, base in
            var request = HTTPRequest("\(base)/redirect-to?url=\(base)/bytes/1")
            request.redirectProtocols = "https"
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .policy)
            }
            request.protocols = "https"
            do {
                _ = try await client.fetch(request)
                Issue.record("must throw")
            } catch let error as HTTPClientError {
                #expect(error.phase == .policy)
            }
            request.protocols = "http,https"
            request.redirectProtocols = "http,https"
            let status = try await client.fetch(request).status
            #expect(status == 200)
        }
    }

    @Test func aNetrcFileHasThePassword() async throws {
        let path = NSTemporaryDirectory() + "netrc-\(UUID().uuidString)"
        try "machine 127.0.0.1 login me password secret\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await withClient { _, client, base in
            var request = HTTPRequest("\(base)/basic-auth/me/secret")
            request.netrc = .required
            request.netrcFile = path
            let status = try await client.fetch(request).status
            #expect(status == 200)
            let without = try await client.fetch("\(base)/basic-auth/me/secret", raiseError: false).status
            #expect(without == 401)
        }
    }
}
