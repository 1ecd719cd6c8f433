namespace MtlStudio.Core.IO;

/// <summary>Where a user's own weighting policies lie, a folder each.</summary>
/// <param name="Path">It need not be there.</param>
public sealed record PluginFolder(string Path);
