namespace MtlStudio.Web.Api;

/// <summary>One page of a list.</summary>
/// <param name="Total">Items of all pages together.</param>
/// <param name="Skip">Items before this page.</param>
/// <param name="Take">Items a page holds at most.</param>
public sealed record ApiPage<T>(IReadOnlyList<T> Items, int Total, int Skip, int Take);

/// <summary>The next items of something that grows.</summary>
/// <param name="Next">What to give as <c>after</c> to go on; the same as was given where nothing new is there.</param>
/// <param name="More">True where more is there already.</param>
public sealed record ApiSlice<T>(IReadOnlyList<T> Items, long Next, bool More);
