using System.Text;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Features.Compare.Report;

namespace MtlStudio.Web.Api.Compare;

/// <summary>Reports: files that open where the studio cannot be reached.</summary>
internal static class ReportRoutes
{
    public static void MapReports(this IEndpointRouteBuilder api)
    {
        var reports = api.MapGroup("/reports").WithTags("Compare").RequireAuthorization(StudioPolicies.Read).ProducesProblem(StatusCodes.Status404NotFound);
        reports.MapGet("/compare", CompareAsync).Produces<string>(StatusCodes.Status200OK, "text/html")
            .WithSummary("A comparison of 2 to 20 runs as one HTML file without scripts that opens anywhere: verdicts with intervals, curves, spec differences, samples, specs. reference is baseline, untuned or a run's number (baseline where there are any, else untuned); seeds=apart shows runs that differ only in seed one by one.");
    }

    private static async Task<IResult> CompareAsync(CompareReport report, CancellationToken cancellation, string? runs = null, string? reference = null, string seeds = "grouped")
    {
        var ids = CompareRuns.Parse(runs, fewest: 2);
        if (reference is not null && ReferenceChoice.Parse(reference) is null) throw new InvalidInputException("reference", $"The reference is baseline, untuned or a run's number (you gave \"{reference}\")");
        if (seeds is not ("grouped" or "apart")) throw new InvalidInputException("seeds", $"Seeds are grouped or apart (you gave \"{seeds}\")");
        var html = ReportPage.Html(await report.ReadAsync(ids, reference, seeds == "grouped", cancellation));
        return Results.File(Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", $"compare-{string.Join('-', ids)}.html");
    }
}
