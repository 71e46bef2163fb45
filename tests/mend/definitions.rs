//! Task definitions with one doubtful part: what the parts make together is not judged.

use super::expect;

#[test]
fn what_a_doubtful_container_makes_of_its_task_is_left_open() {
    expect(
        "containers",
        "
duration: 1h
task_definitions:
  sum:
    memory: 100
    containers: [{name: a, memory: lots}, {name: b, memory: 90}] # LS0108
  sure:
    memory: 100 # LS0206
    containers: [{name: a, memory: 20}, {name: b, memory: 90}]
  life:
    memory: 100
    containers:
      - {name: a, essential: maybe} # LS0101
      - {name: b, essential: false, depends_on: [{container: c, condition: HEALTHY}]}
      - {name: [c], essential: false} # LS0101
  ports:
    memory: 100
    network_mode: hots # LS0106
    ports: ['8080:80']
  fargate:
    cpu: 256
    memory: 300 kg # LS0108
    network_mode: awsvpc
    requires_compatibilities: [FARGATE]
  file: {file: td.json} # LS0210
services: {web: {task_definition: file}}
instances: [{type: m5.large}]
",
    );
}
