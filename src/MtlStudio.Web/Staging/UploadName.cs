namespace MtlStudio.Web.Staging;

/// <summary>The name that a file was sent under. Browsers and scripts send folders with it; nothing of it is ever a path here.</summary>
/// <param name="Folder">Its last folder, which may name a dataset; or empty.</param>
/// <param name="Name">Its own name.</param>
internal readonly record struct UploadName(string Folder, string Name)
{
    private const int Limit = 255;

    /// <summary>"spam/train.tsv", or the name alone.</summary>
    public override string ToString() => Folder.Length > 0 ? $"{Folder}/{Name}" : Name;

    /// <summary>Null where it is no file name: empty, a dot or two, too long, or with control characters.</summary>
    public static UploadName? Read(string given)
    {
        var parts = given.Split('/', '\\');
        return IsName(parts[^1]) ? new(parts.Length > 1 && IsName(parts[^2]) ? parts[^2] : "", parts[^1]) : null;
    }

    private static bool IsName(string name) => name is not ("" or "." or "..") && name.Length <= Limit && !name.Any(char.IsControl);
}
