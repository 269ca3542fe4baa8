// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "fetchtop", path: "..")],
    targets: [
        .executableTarget(
            name: "fetchloop-bench", dependencies: [.product(name: "FetchLoop", package: "fetchtop")],
            swiftSettings: settings),
        .executableTarget(
            name: "fetchloop-micro", dependencies: [.product(name: "FetchLoop", package: "fetchtop")],
            swiftSettings: settings),
    ]
)
