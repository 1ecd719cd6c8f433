namespace MtlStudio.Store;

/// <summary>There is no such review, or no such item in it (any more).</summary>
public sealed class ReviewNotFoundException(long id, int? number = null)
    : Exception(number is null ? $"There is no review {id}" : $"Review {id} has no item {number}")
{
    public long ReviewId { get; } = id;
}
