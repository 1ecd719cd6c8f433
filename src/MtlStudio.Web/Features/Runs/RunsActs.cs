using MtlStudio.Store;

namespace MtlStudio.Web.Features.Runs;

/// <summary>What a column's menu does.</summary>
public enum HeadAct { Ascending, Descending, Group, Pin, Hide }

/// <summary>What is done with all chosen runs.</summary>
public enum BulkAct { Stop, Archive, Unarchive, Delete, Tag, Untag }

/// <summary>What a row's menu does.</summary>
public enum RowAct { Stop, Archive, Delete, Note, Rename, Tag, Untag }

/// <param name="Text">The note, name or tag.</param>
public sealed record RowWish(RunTableRow Row, RowAct Act, string Text = "");
