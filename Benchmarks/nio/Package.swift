// swift-tools-version: 6.2
import PackageDescription

/// SwiftNIO's side of the loop's micro benchmarks, in a package of its own: nobody else needs SwiftNIO.
let package = Package(
    name: "nio",
    platforms: [.macOS("26.0")],
    dependencies: [.package(url: "https://github.com/apple/swift-nio", from: "2.80.0")],
    targets: [
        .executableTarget(
            name: "nio-micro",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]
        )
    ]
)
