// swift-tools-version: 6.2
import PackageDescription

/// The loop's micro benchmarks, apart from the library so that nobody who uses it needs SwiftNIO.
let package = Package(
    name: "micro",
    platforms: [.macOS("26.0")],
    dependencies: [
        .package(name: "fetchtop", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    ],
    targets: [
        .executableTarget(
            name: "fetchloop-micro",
            dependencies: [.product(name: "FetchLoop", package: "fetchtop")],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        .executableTarget(
            name: "nio-micro",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
    ]
)
