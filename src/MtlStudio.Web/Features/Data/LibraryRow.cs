namespace MtlStudio.Web.Features.Data;

/// <summary>A line of a list.</summary>
/// <param name="Facts">What one wants to know of it at a glance.</param>
/// <param name="Fault">Why it cannot be used, or null.</param>
public sealed record LibraryRow(long Id, string Name, string Facts, int Versions, bool Archived, string? Fault = null);

/// <summary>What a list asks for.</summary>
public delegate Task<(IReadOnlyList<LibraryRow> Rows, int Total)> LoadRows(MtlStudio.Store.LibraryFilter filter);
