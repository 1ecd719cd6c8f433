using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MtlStudio.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Reviews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "review",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    blind = table.Column<bool>(type: "INTEGER", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    filter = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    seed = table.Column<long>(type: "INTEGER", nullable: false),
                    available = table.Column<int>(type: "INTEGER", nullable: false),
                    item_count = table.Column<int>(type: "INTEGER", nullable: false),
                    tags_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "review_item",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    review_id = table.Column<long>(type: "INTEGER", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    example = table.Column<int>(type: "INTEGER", nullable: false),
                    input = table.Column<string>(type: "TEXT", nullable: false),
                    references_json = table.Column<string>(type: "TEXT", nullable: false),
                    order = table.Column<string>(type: "TEXT", nullable: false),
                    measure = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review_item", x => x.id);
                    table.ForeignKey(
                        name: "fk_review_item_review_review_id",
                        column: x => x.review_id,
                        principalTable: "review",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "review_run",
                columns: table => new
                {
                    review_id = table.Column<long>(type: "INTEGER", nullable: false),
                    place = table.Column<int>(type: "INTEGER", nullable: false),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review_run", x => new { x.review_id, x.place });
                    table.ForeignKey(
                        name: "fk_review_run_review_review_id",
                        column: x => x.review_id,
                        principalTable: "review",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "review_vote_change",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    review_id = table.Column<long>(type: "INTEGER", nullable: false),
                    item_id = table.Column<long>(type: "INTEGER", nullable: false),
                    reviewer = table.Column<string>(type: "TEXT", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    before_json = table.Column<string>(type: "TEXT", nullable: true),
                    undone = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review_vote_change", x => x.id);
                    table.ForeignKey(
                        name: "fk_review_vote_change_review_review_id",
                        column: x => x.review_id,
                        principalTable: "review",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "reviewer",
                columns: table => new
                {
                    review_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    joined_at = table.Column<long>(type: "INTEGER", nullable: false),
                    peeked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reviewer", x => new { x.review_id, x.name });
                    table.ForeignKey(
                        name: "fk_reviewer_review_review_id",
                        column: x => x.review_id,
                        principalTable: "review",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "review_output",
                columns: table => new
                {
                    item_id = table.Column<long>(type: "INTEGER", nullable: false),
                    place = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    cut = table.Column<bool>(type: "INTEGER", nullable: false),
                    decoding = table.Column<string>(type: "TEXT", nullable: false),
                    prompt = table.Column<string>(type: "TEXT", nullable: true),
                    loss = table.Column<double>(type: "REAL", nullable: true),
                    scores_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review_output", x => new { x.item_id, x.place });
                    table.ForeignKey(
                        name: "fk_review_output_review_item_item_id",
                        column: x => x.item_id,
                        principalTable: "review_item",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "review_vote",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    review_id = table.Column<long>(type: "INTEGER", nullable: false),
                    item_id = table.Column<long>(type: "INTEGER", nullable: false),
                    reviewer = table.Column<string>(type: "TEXT", nullable: false),
                    choice = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    place = table.Column<int>(type: "INTEGER", nullable: true),
                    tags_json = table.Column<string>(type: "TEXT", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: false),
                    informed = table.Column<bool>(type: "INTEGER", nullable: false),
                    revealed = table.Column<bool>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_review_vote", x => x.id);
                    table.ForeignKey(
                        name: "fk_review_vote_review_item_item_id",
                        column: x => x.item_id,
                        principalTable: "review_item",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_review_vote_review_review_id",
                        column: x => x.review_id,
                        principalTable: "review",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_review_created_at",
                table: "review",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_review_item_review_id_number",
                table: "review_item",
                columns: new[] { "review_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_review_run_run_id",
                table: "review_run",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "ix_review_vote_item_id_reviewer",
                table: "review_vote",
                columns: new[] { "item_id", "reviewer" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_review_vote_review_id_reviewer",
                table: "review_vote",
                columns: new[] { "review_id", "reviewer" });

            migrationBuilder.CreateIndex(
                name: "ix_review_vote_change_review_id_reviewer_undone",
                table: "review_vote_change",
                columns: new[] { "review_id", "reviewer", "undone" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "review_output");

            migrationBuilder.DropTable(
                name: "review_run");

            migrationBuilder.DropTable(
                name: "review_vote");

            migrationBuilder.DropTable(
                name: "review_vote_change");

            migrationBuilder.DropTable(
                name: "reviewer");

            migrationBuilder.DropTable(
                name: "review_item");

            migrationBuilder.DropTable(
                name: "review");
        }
    }
}
