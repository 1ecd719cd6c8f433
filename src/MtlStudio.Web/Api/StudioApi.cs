using MtlStudio.Web.Samples;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Api.Compare;
using MtlStudio.Web.Api.Judge;
using MtlStudio.Web.Api.Library;
using MtlStudio.Web.Api.Reviews;
using MtlStudio.Web.Api.Runs;
using MtlStudio.Web.Api.Settings;
using MtlStudio.Web.Api.Studies;

namespace MtlStudio.Web.Api;

/// <summary>The REST API under <c>/api/v1</c>, described at <c>/openapi/v1.json</c>.</summary>
internal static class StudioApi
{
    public const string Root = "/api/v1";

    public static IServiceCollection AddStudioApi(this IServiceCollection services)
    {
        services.AddStudioPolicies();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this address: /openapi/v1.json lists the calls.",
            StatusCodes.Status405MethodNotAllowed => "This address takes other methods: /openapi/v1.json says which.",
            StatusCodes.Status415UnsupportedMediaType => "The body is of a type that this call does not take: /openapi/v1.json says which it takes.",
            _ => null,
        });
        services.AddExceptionHandler<ApiProblems>();
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        // A value that cannot be read is answered by ApiProblems, with its name, and not by an empty 400.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", ApiDescription.Configure);
        services.AddSingleton<UploadReader>();
        services.AddSingleton<EventPages>();
        services.AddSingleton<PresetLibrary>();
        services.AddHostedService(provider => provider.GetRequiredService<PresetLibrary>());
        services.AddHostedService<SampleStudy>();
        return services;
    }

    public static void MapStudioApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup(Root).AddEndpointFilterFactory(KnownQueryFilter.Make).DisableAntiforgery()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status500InternalServerError);
        api.MapPresets();
        api.MapCatalog();
        api.MapRuns();
        api.MapRunTable();
        api.MapRunTableViews();
        api.MapRunCommands();
        api.MapEstimates();
        api.MapRunData();
        api.MapRunFiles();
        api.MapRunExports();
        api.MapQueue();
        api.MapUploads();
        api.MapDetect();
        api.MapCompareData();
        api.MapReports();
        api.MapDatasets();
        api.MapTasks();
        api.MapMixes();
        api.MapModels();
        api.MapCompare();
        api.MapBackup();
        api.MapSettings();
        api.MapReviews();
        api.MapStudies();
        app.MapOpenApi().RequireAuthorization(StudioPolicies.Read);
    }
}
