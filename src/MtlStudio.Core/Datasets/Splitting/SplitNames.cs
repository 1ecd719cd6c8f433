namespace MtlStudio.Core.Datasets;

/// <summary>The splits of a dataset version.</summary>
public static class SplitNames
{
    public const string Train = "train";
    public const string Validation = "validation";
    public const string Test = "test";

    public static IReadOnlyList<string> All { get; } = [Train, Validation, Test];

    /// <summary>The split that a file's name speaks of ("test.csv", "reviews-dev.tsv"), or null.</summary>
    public static string? Guess(string fileName)
    {
        var words = Path.GetFileNameWithoutExtension(fileName).ToLowerInvariant().Split(['-', '_', '.', ' ']);
        return words.LastOrDefault(word => Of(word) is not null) is { } word ? Of(word) : null;
    }

    private static string? Of(string word) => word switch
    {
        "train" or "training" => Train,
        "validation" or "valid" or "val" or "dev" => Validation,
        "test" or "testing" => Test,
        _ => null,
    };
}
