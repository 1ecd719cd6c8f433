namespace MtlStudio.Core.Datasets.Detection;

/// <summary>How much is looked at. Beyond it a guess rests on the beginning of the files.</summary>
public static class DetectionLimits
{
    public const int Files = 50;
    /// <summary>Rows of a file that are read.</summary>
    public const int Rows = 200_000;
    /// <summary>Bytes of a file that are read (a row that starts before is read to its end).</summary>
    public const long Bytes = 64 << 20;
    /// <summary>Rows of a file that cannot be read, from which on it is not looked at any further.</summary>
    public const int BadRows = 1_000;
    /// <summary>Rows of a dataset that are held, to compare values of a row with one another.</summary>
    public const int HeldRows = 1_000;
    /// <summary>Characters of these rows together.</summary>
    public const int HeldCharacters = 4_000_000;
    /// <summary>Rows that a guess carries, to try templates on.</summary>
    public const int SampleRows = 20;
    /// <summary>Different values of a column that are told apart.</summary>
    public const int Distinct = 2_000;
    /// <summary>Labels that are listed.</summary>
    public const int Labels = 1_000;
    /// <summary>Characters of a value that are kept as an example.</summary>
    public const int ShownCharacters = 80;
    /// <summary>A cautious mean for small vocabularies; larger ones come to about 4 in English.</summary>
    public const double CharactersPerToken = 3;
}

/// <param name="Name">What the user calls it, perhaps with the folder it came from ("spam/train.tsv").</param>
public sealed record DetectFile(string Path, string? Name = null)
{
    public string DisplayName => Name ?? System.IO.Path.GetFileName(Path);
}
