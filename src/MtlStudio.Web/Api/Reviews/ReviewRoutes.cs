using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Reviews;

/// <summary>Outputs of several runs judged side by side.</summary>
internal static class ReviewRoutes
{
    public static void MapReviews(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("/reviews").WithTags("Reviews").RequireAuthorization(StudioPolicies.Read);
        read.MapGet("", ListAsync).WithSummary("A page of reviews, the newest first; run keeps those over a run.");
        var one = read.MapGroup("/{id:long}").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("", GetAsync).WithSummary("One review with its progress.");
        one.MapGet("/items", ItemsAsync).WithSummary("A page of items as the reviewer may see them: those of a blind review stay blind until that reviewer has voted or revealed.");
        one.MapGet("/items/{number:int}", ItemAsync).WithSummary("One item as the reviewer may see it.");
        one.MapGet("/next", NextAsync).WithSummary("The next item that the reviewer has not voted on.");
        one.MapGet("/results", ResultsAsync).WithSummary("Wins by pair and task with Wilson intervals, ties apart, tags, agreement. informed=true counts votes given after names had been seen, too. Asking for it ends a blind reader's blindness.");
        one.MapGet("/export", ExportAsync).WithSummary("Every item with every vote, as a file: format is csv (a row a vote) or jsonl (a line an item).")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").Produces(StatusCodes.Status200OK, contentType: "application/jsonl");

        var act = api.MapGroup("/reviews").WithTags("Reviews").RequireAuthorization(StudioPolicies.Act);
        act.MapPost("", CreateAsync).Produces<ReviewView>(StatusCodes.Status201Created).WithSummary("Makes a review over 2 to 4 runs: the examples that all of them answered, chosen by the filter and fixed.");
        var acts = act.MapGroup("/{id:long}").ProducesProblem(StatusCodes.Status404NotFound);
        acts.MapPatch("", RenameAsync).WithSummary("Changes the name.");
        acts.MapDelete("", DeleteAsync).Produces(StatusCodes.Status204NoContent).WithSummary("Deletes the review with all its votes.");
        acts.MapPut("/items/{number:int}/vote", VoteAsync).WithSummary("Sets the reviewer's choice, tags or note on an item; what is left out stays. The last word counts, each change can be undone.");
        acts.MapPost("/items/{number:int}/reveal", RevealAsync).WithSummary("Ends blindness of this item for this reviewer; it is recorded.");
        acts.MapPost("/undo", UndoAsync).ProducesProblem(StatusCodes.Status409Conflict).Produces<ReviewUndoAnswer>().WithSummary("Takes the reviewer's last change back.");
    }

    private static async Task<ApiPage<ReviewView>> ListAsync(ReviewStore reviews, CancellationToken cancellation, string? text = null, long? run = null, int skip = 0, int take = 50)
    {
        var page = await reviews.ListAsync(text, run, skip, take, cancellation);
        return new([.. page.Items.Select(ReviewView.Of)], page.Total, skip, take);
    }

    private static async Task<ReviewView> GetAsync(long id, ReviewStore reviews, CancellationToken cancellation) => ReviewView.Of(await reviews.LineAsync(id, cancellation));

    private static async Task<IResult> CreateAsync(ReviewDraft draft, ReviewStore reviews, CancellationToken cancellation)
    {
        var review = await reviews.CreateAsync(draft, cancellation);
        return Results.Created($"{StudioApi.Root}/reviews/{review.Id}", ReviewView.Of(await reviews.LineAsync(review.Id, cancellation)));
    }

    private static async Task<ReviewView> RenameAsync(long id, ReviewEdit edit, ReviewStore reviews, CancellationToken cancellation)
    {
        await reviews.RenameAsync(id, edit.Name ?? "", cancellation);
        return ReviewView.Of(await reviews.LineAsync(id, cancellation));
    }

    private static async Task<IResult> DeleteAsync(long id, ReviewStore reviews, CancellationToken cancellation)
    {
        await reviews.DeleteAsync(id, cancellation);
        return Results.NoContent();
    }

    private static async Task<ApiPage<ReviewItemView>> ItemsAsync(long id, ReviewStore reviews, ReviewVotes votes, CancellationToken cancellation, string? reviewer = null, int skip = 0, int take = 20)
    {
        PageBounds.Check(skip, take);
        var total = (await reviews.GetAsync(id, cancellation)).ItemCount;
        var items = new List<ReviewItemView>();
        for (var number = skip + 1; number <= Math.Min((long)skip + take, total); number++) items.Add(ReviewItemView.Of(await votes.TurnAsync(id, number, Name(reviewer), cancellation)));
        return new(items, total, skip, take);
    }

    private static async Task<ReviewItemView> ItemAsync(long id, int number, ReviewVotes votes, CancellationToken cancellation, string? reviewer = null) =>
        ReviewItemView.Of(await votes.TurnAsync(id, number, Name(reviewer), cancellation));

    private static async Task<ReviewNextView> NextAsync(long id, ReviewStore reviews, ReviewVotes votes, CancellationToken cancellation, string? reviewer = null, int after = 0)
    {
        var name = ReviewVotes.CheckName(reviewer);
        var next = await votes.NextAsync(id, name, after, cancellation);
        var line = await reviews.LineAsync(id, cancellation);
        return new(line.Reviewers.FirstOrDefault(one => one.Name == name)?.Voted ?? 0, line.Review.ItemCount,
            next is { } number ? ReviewItemView.Of(await votes.TurnAsync(id, number, name, cancellation)) : null);
    }

    private static async Task<ReviewVoteAnswer> VoteAsync(long id, int number, VoteBody body, ReviewVotes votes, CancellationToken cancellation)
    {
        var name = ReviewVotes.CheckName(body.Reviewer);
        var item = (await votes.TurnAsync(id, number, null, cancellation)).Item;
        var answer = await votes.CastAsync(id, number, name, body.For(item), cancellation);
        return new(ReviewVoteView.Of(answer.Vote, item), answer.Replaced is { } replaced ? ReviewVoteView.Of(replaced, item) : null, await votes.NextAsync(id, name, number, cancellation));
    }

    private static async Task<ReviewItemView> RevealAsync(long id, int number, ReviewerBody body, ReviewVotes votes, CancellationToken cancellation)
    {
        var name = ReviewVotes.CheckName(body.Reviewer);
        await votes.RevealAsync(id, number, name, cancellation);
        return ReviewItemView.Of(await votes.TurnAsync(id, number, name, cancellation));
    }

    private static async Task<IResult> UndoAsync(long id, ReviewerBody body, ReviewVotes votes, CancellationToken cancellation) =>
        await votes.UndoAsync(id, body.Reviewer ?? "", cancellation) is { } number
            ? Results.Ok(new ReviewUndoAnswer(number))
            : Results.Problem("Nothing is left to undo.", statusCode: StatusCodes.Status409Conflict);

    private static async Task<ReviewResultsView> ResultsAsync(long id, ReviewVotes votes, CancellationToken cancellation, bool informed = false) =>
        ReviewResultsView.Of(await votes.ResultsAsync(id, informed, cancellation));

    private static async Task<IResult> ExportAsync(long id, ReviewStore reviews, ReviewVotes votes, CancellationToken cancellation, string format = "csv")
    {
        if (format is not ("csv" or "jsonl")) throw new InvalidInputException("format", $"Format must be csv or jsonl (you gave \"{format}\")");
        var review = await reviews.GetAsync(id, cancellation);
        var csv = format == "csv";
        return Results.Stream(stream => csv ? ReviewExport.CsvAsync(review, votes, stream, cancellation) : ReviewExport.JsonlAsync(review, votes, stream, cancellation),
            csv ? "text/csv; charset=utf-8" : "application/jsonl", $"review-{id}.{format}");
    }

    private static string? Name(string? reviewer) => reviewer is null ? null : ReviewVotes.CheckName(reviewer);
}
