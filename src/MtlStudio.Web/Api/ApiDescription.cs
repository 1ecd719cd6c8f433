using Microsoft.AspNetCore.OpenApi;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Api;

/// <summary>What <c>/openapi/v1.json</c> says beside the calls themselves.</summary>
internal static class ApiDescription
{
    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "MtlStudio";
        document.Info.Version = StudioVersion.Text;
        document.Info.Description =
            "Times are UTC milliseconds since 1970. Numbers that are not finite are the texts \"NaN\", \"Infinity\" and \"-Infinity\". "
            + "Faults are RFC 9457 problem details; bad input carries an object `errors` from field to messages.";
        // The address depends on how the studio is reached; relative paths are right from everywhere.
        document.Servers = [];
        return Task.CompletedTask;
    });
}
