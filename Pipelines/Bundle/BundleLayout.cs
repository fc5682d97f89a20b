using System.Globalization;

namespace MLPipes.Pipelines;

/// <summary>Names and limits of a bundle's entries.</summary>
internal static class BundleLayout
{
    public const string Manifest = "manifest.json";
    public const string Schema = "schema.json";
    public const string Members = "members.json";

    /// <summary>More members than any search keeps.</summary>
    public const int MaxMembers = 1024;

    /// <summary>Most bytes that one JSON entry may unpack to.</summary>
    public const long MaxJsonBytes = 256L << 20;

    /// <summary>Most bytes that one part may unpack to: what one array in memory holds.</summary>
    public const long MaxPartBytes = int.MaxValue - 64;

    /// <summary>Most bytes that all entries together may unpack to.</summary>
    public const long MaxTotalBytes = 8L << 30;

    public static string Features(int number) => string.Create(CultureInfo.InvariantCulture, $"features/{number}.bin");

    public static string Model(int number) => string.Create(CultureInfo.InvariantCulture, $"models/{number}.bin");
}
